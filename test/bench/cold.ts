/**
 * CPU of a worker that has just started: its first request, its first page, and the same when they are warm. Linux only. And the time until a cluster
 * of many series that is opened anew gives its first answer.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startBuiltWorker } from "../wire/built-worker.ts";
import { reportOf } from "./harness/child.ts";
import { type Figure, median } from "./harness/figure.ts";
import type { ClusterReport } from "./programs/cluster.ts";

const STARTS = 5;
const WARM_UPS = 15;
const SIZES = [650, 10_000, 50_000];
/** Time of earlier pushes: no shorter than the time between two keyframes. */
const MINUTES = "10";

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	const rounds: Record<"request" | "warmRequest" | "page" | "warmPage", number>[] = [];
	for (let n = 0; n < STARTS; n++) {
		const folder = mkdtempSync(join(tmpdir(), "hiveframe-cold-"));
		const worker = await startBuiltWorker(folder, "bench", "worker/cloudflare/index.ts");
		const cost = async (path: string): Promise<number> => {
			const before = cpuMs();
			const response = await fetch(worker.url + path, { headers: { accept: "text/html" } });
			await response.text();
			if (!response.ok) throw new Error(`${path} answered ${response.status}`);
			// What the compiler and the collector do behind is counted too.
			await wait(150);
			return cpuMs() - before;
		};
		const [request, warmRequest, page] = [await cost("/api/health"), await cost("/api/health"), await cost("/")];
		for (let i = 0; i < WARM_UPS; i++) await cost("/");
		rounds.push({ request, warmRequest, page, warmPage: await cost("/") });
		await worker.end();
		rmSync(folder, { recursive: true, force: true });
	}
	const of = (figure: keyof (typeof rounds)[number]): number => median(rounds.map((round) => round[figure]));
	yield { name: "first_request_cpu_ms", value: of("request"), unit: "ms", reference: { name: "the next", value: of("warmRequest") } };
	yield { name: "first_page_cpu_ms", value: of("page"), unit: "ms", reference: { name: `after ${WARM_UPS} more`, value: of("warmPage") } };
	for (const series of SIZES) {
		const { openMs, openCpuMs } = await reportOf<ClusterReport>("cluster", String(series), MINUTES);
		yield { name: `open_ms of ${series} series`, value: openMs, unit: "ms" };
		yield { name: `open_cpu_ms of ${series} series`, value: openCpuMs, unit: "ms" };
	}
}

/** CPU time of all threads of the workerd that this process has started, ms. */
function cpuMs(): number {
	let ms = 0;
	for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
			const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
			if (parent !== process.pid || !stat.includes("(workerd)")) continue;
			for (const thread of readdirSync(`/proc/${pid}/task`)) {
				ms += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6;
			}
		} catch {
			// It ended meanwhile.
		}
	}
	return ms;
}
