/** The most memory a host takes while it is looked at, out of `/proc`. */
import { readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 100;

/** @param pid its process; of workerd, that of the process that started it */
export function peakMemory(pid: number, host: string): { end(): number } {
	const process = host === "workerd" ? childOf(pid, "workerd") : pid;
	let peak = 0;
	const look = () => {
		peak = Math.max(peak, residentBytes(process));
	};
	const timer = setInterval(look, EVERY_MS);
	return {
		end() {
			clearInterval(timer);
			look();
			return peak;
		},
	};
}

const PAGE_BYTES = 4096;

function residentBytes(pid: number): number {
	return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
}

function childOf(pid: number, name: string): number {
	for (const entry of readdirSync("/proc")) {
		if (!/^\d+$/.test(entry)) continue;
		try {
			const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
			const [, own, parent] = /\((.*)\) \S (\d+)/.exec(stat) ?? [];
			if (own === name && Number(parent) === pid) return Number(entry);
		} catch {
			// It ended meanwhile.
		}
	}
	throw new Error(`process ${pid} has no child ${name}`);
}
