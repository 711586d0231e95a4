/** Frames from a pipe as a source, for anything that can print. */

import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { wordsOf } from "../../bridge/complaints.ts";
import { counted } from "../../bridge/counted.ts";
import { LeftOutTally } from "../../bridge/left-out.ts";
import type { ColonySnapshot, Metric } from "../../colony.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { seriesKey } from "../../protocol/selector.ts";
import type { ColonyEvent } from "../../protocol/up.ts";
import { BoundedLines } from "../bounded-lines.ts";
import type { Source } from "../source.ts";
import { parseFrame, type StdinFrame } from "./stdin-frame.ts";

type State = Omit<StdinFrame, "metrics" | "logs" | "ended">;

export class StdinSource implements Source {
	readonly name = "stdin";
	readonly ended: Promise<void>;
	readonly #stream: Readable;
	readonly #leftOut = new LeftOutTally();
	readonly #lines = new BoundedLines(LIMITS.pushBytes, (line) => this.#line(line));
	readonly #state: State = {};
	/** Samples since the snapshot before, the newest of each series. */
	#metrics = new Map<string, Metric>();
	#listener: ((event: ColonyEvent) => void) | undefined;
	#number = 0;
	#refused = 0;

	constructor(stream: Readable) {
		this.#stream = stream;
		this.ended = finished(stream, { writable: false }).catch(() => {});
	}

	start(listener: (event: ColonyEvent) => void): void {
		this.#listener = listener;
		this.#stream.on("data", (chunk: Buffer) => this.#lines.write(chunk)).on("end", () => this.#lines.end());
	}

	read(): ColonySnapshot {
		const metrics = [...this.#metrics.values()];
		this.#metrics = new Map();
		return { ...this.#state, metrics, leftOut: this.#leftOut.list } as ColonySnapshot;
	}

	status(): string {
		return `${counted(this.#number, "line")}${this.#refused > 0 ? `, ${this.#refused} refused` : ""}`;
	}

	stop(): void {
		this.#stream.destroy();
		this.#lines.end();
	}

	#line(line: string): void {
		this.#number += 1;
		if (line.trim() === "") return;
		try {
			this.#take(parseFrame(line));
		} catch (error) {
			this.#refused += 1;
			this.#leftOut.happened("standard input", `line ${this.#number}: ${wordsOf(error)}`);
		}
	}

	#take({ metrics = [], logs = [], ended = [], ...state }: StdinFrame): void {
		Object.assign(this.#state, state);
		for (const metric of metrics) {
			const key = seriesKey(metric.name, metric.labels);
			if (this.#metrics.size >= LIMITS.series && !this.#metrics.has(key)) throw new Error(`there are more than ${LIMITS.series} series`);
			this.#metrics.set(key, metric);
		}
		for (const line of logs) this.#listener?.({ type: "log", ...line });
		for (const end of ended) this.#listener?.({ type: "taskEnd", ...end });
	}
}
