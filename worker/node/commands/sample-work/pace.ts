/** Keeps the sample work modest: reading slows down while the process uses more of the machine than it should. */
import { createReadStream } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** Share of one core that the whole process may use. */
const AIM = 0.25;
/** Bytes a second and task. */
const SLOWEST = 10_000;
const FASTEST = 200_000;

export class PaceKeeper {
	#pace = 60_000;
	#last = { at: performance.now(), cpu: cpuMs() };

	/** @returns the pace for tasks submitted now. */
	get pace(): number {
		const at = performance.now();
		const passed = at - this.#last.at;
		if (passed > 2_000) {
			const cpu = cpuMs();
			const used = (cpu - this.#last.cpu) / passed;
			this.#pace = Math.min(FASTEST, Math.max(SLOWEST, this.#pace * Math.min(1.25, Math.max(0.5, AIM / Math.max(used, 0.01)))));
			this.#last = { at, cpu };
		}
		return Math.round(this.#pace);
	}
}

function cpuMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

/** Reads a file no faster than asked: sample work shares the machine with its owner's. */
const CHUNK_BYTES = 16_384;

/** @param bytesPerSecond mean speed. @param read called with the bytes so far. */
export async function* pacedFile(path: string, bytesPerSecond: number, read?: (bytes: number) => void): AsyncGenerator<Buffer> {
	const start = performance.now();
	let bytes = 0;
	for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
		yield chunk as Buffer;
		bytes += (chunk as Buffer).length;
		read?.(bytes);
		const ahead = (1000 * bytes) / bytesPerSecond - (performance.now() - start);
		if (ahead > 1) await wait(ahead);
	}
}
