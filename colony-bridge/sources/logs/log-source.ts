/** A log as a source: a file that is followed, or a pipe. */

import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import * as v from "valibot";
import type { ColonySnapshot } from "../../colony.ts";
import { counted } from "../../protocol/values/text.ts";
import type { ColonyEvent } from "../../protocol/wire/up.ts";
import { BoundedLines } from "../bounded-lines.ts";
import { ReachCheck } from "../reads.ts";
import type { Source } from "../source.ts";
import { FileFollower } from "./file-follower.ts";
import { LeftOff } from "./left-off.ts";
import { LogAssembler } from "./log-assembler.ts";
import type { Zone } from "./log-time.ts";

const LINE_BYTES = 64_000;

interface LogOptions {
	/** From the beginning of the file; else new lines only. */
	fromStart?: boolean;
	pollMs?: number;
	/** Zone of instants without one; absent: this machine's. */
	zone?: Zone | undefined;
}

export class LogSource implements Source {
	readonly name: string;
	readonly ended?: Promise<void>;
	readonly #check: ReachCheck | undefined;
	readonly #follower: FileFollower | undefined;
	readonly #stream: Readable | undefined;
	readonly #messages: LogAssembler;
	readonly #lines = new BoundedLines(LINE_BYTES, (line, through) => this.#messages.write(line, through));
	/** The file that is read: `origin` is where in it the lines' count of bytes begins, `handed` how far the messages handed on reach. */
	#file: { dev: number; ino: number; origin: number; handed: number } | undefined;
	/** Read position of an earlier process, until the file is open. */
	#left: LeftOff | undefined;
	#listener: ((event: ColonyEvent) => void) | undefined;
	#count = 0;
	/** Something of the file was read: how it is written is known. */
	#started = false;

	/** @param from a path, or a stream that is read to its end. */
	constructor(from: string | Readable, { fromStart = false, pollMs, zone }: LogOptions = {}) {
		this.#messages = new LogAssembler((line, through) => {
			this.#count += 1;
			if (this.#file) this.#file.handed = through;
			this.#listener?.({ type: "log", ...line });
		}, zone);
		if (typeof from !== "string") {
			this.name = "logs -";
			this.#stream = from;
			this.ended = finished(from, { writable: false }).catch(() => {});
			return;
		}
		this.name = `logs ${from}`;
		const check = new ReachCheck(this.name);
		this.#check = check;
		const followed = {
			begin: ({ dev, ino, offset }: Omit<LeftOff, "head">) => {
				const { through } = this.#lines;
				this.#file = { dev, ino, origin: offset - through, handed: through };
				this.#started = false;
			},
			skipped: (offset: number) => {
				if (this.#file) this.#file.origin = offset - this.#lines.through;
			},
			lost: () => {
				const message = `${from} was rotated away while nobody read it, and is not to be found: lines of it may be missing here`;
				this.#listener?.({ type: "log", at: Date.now(), level: "WARNING", source: "bridge", message });
			},
			data: (chunk: Buffer) => {
				if (!this.#started) this.#lines.wide = this.#follower?.wide;
				this.#started = true;
				this.#lines.write(chunk);
			},
			end: () => this.#flush(),
			state: (problem: string | undefined) => check.note(problem === undefined ? "ok" : "failed", problem),
		};
		this.#follower = new FileFollower(from, !fromStart, followed, pollMs);
	}

	start(listener: (event: ColonyEvent) => void): void {
		this.#listener = listener;
		this.#follower?.start();
		// Never paused: a bridge that is slow must not make the program slow that writes into the pipe.
		this.#stream?.on("data", (chunk: Buffer) => this.#lines.write(chunk)).on("end", () => this.#flush());
	}

	/** End of the emitted messages in the file. */
	position(): LeftOff | undefined {
		if (!this.#file || !this.#follower) return this.#left;
		const { dev, ino, origin, handed } = this.#file;
		return { dev, ino, offset: origin + handed, head: this.#follower.head };
	}

	resume(position: unknown): void {
		const parsed = v.safeParse(LeftOff, position);
		if (!parsed.success || !this.#follower) return;
		this.#left = parsed.output;
		this.#follower.resume(parsed.output);
	}

	read(): ColonySnapshot {
		return this.#check ? { checks: [this.#check.view()] } : {};
	}

	status(): string {
		return counted(this.#count, "log line");
	}

	async stop(): Promise<void> {
		await this.#follower?.stop();
		this.#stream?.destroy();
		this.#flush();
	}

	#flush(): void {
		this.#lines.end();
		this.#messages.end();
	}
}
