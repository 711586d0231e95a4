/** Gives the sample colony its work, for ever: packages file by file, and now and then an audit of many at once. */
import { basename, extname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { LocalColony } from "../../../../colony-bridge/local-colony/local-colony.ts";
import type { WindowedStream } from "../../../../colony-bridge/local-colony/stream.ts";
import { ownFile } from "../../../../colony-bridge/local-colony/thread.ts";
import type { FileReport } from "./file-tasks.ts";
import { PaceKeeper } from "./pace.ts";
import { type FileRecord, type FileTotals, type PackageFile, packageFiles, packageNames } from "./packages.ts";

const TASKS = ownFile(import.meta.url, "file-tasks");
/** Tasks submitted before the queue must drain. */
const LOAD = 60;
/** Packages between two audits, and manifests in one. */
const AUDIT_EVERY = 8;
const AUDITED = 30;
/** From here on a file is compressed, not just read. */
const HEAVY_BYTES = 40_000;

export class Foreman {
	readonly #colony: LocalColony;
	readonly #root: string;
	readonly #stream: WindowedStream<FileRecord, FileTotals>;
	readonly #pace = new PaceKeeper();
	readonly #stop = new AbortController();
	#audited = 0;
	#work: Promise<void> = Promise.resolve();

	constructor(colony: LocalColony, root: string, stream: WindowedStream<FileRecord, FileTotals>) {
		this.#colony = colony;
		this.#root = root;
		this.#stream = stream;
	}

	start(): void {
		this.#work = this.#run().catch((error) => {
			if (!this.#stop.signal.aborted) this.#colony.log("CRITICAL", `the sample work has ended: ${(error as Error).message}`);
		});
	}

	/** No new tasks. Those that wait are the colony's to cancel. */
	async stop(): Promise<void> {
		this.#stop.abort();
		await this.#work;
	}

	async #run(): Promise<void> {
		for (let round = 0; ; round++) {
			const names = shuffled(await packageNames(this.#root));
			if (names.length === 0) throw new Error(`there are no packages in ${this.#root}`);
			let load = 0;
			for (const [i, name] of names.entries()) {
				if (i % AUDIT_EVERY === 0) this.#audit(names);
				load += await this.#take(name);
				if (load < LOAD) continue;
				load = 0;
				await this.#drained();
				await this.#breathe();
			}
			this.#colony.log("INFO", `round ${round + 1} is done: all ${names.length} packages were read`);
		}
	}

	/** Submits a package's tasks: one that reads all of it, and one a file. @returns how many. */
	async #take(name: string): Promise<number> {
		const files = await packageFiles(this.#root, name);
		const { pace } = this.#pace;
		const paths = files.map(({ path }) => path);
		const whole = this.#colony.submit({ module: TASKS, name: "survey", kind: "package" }, { paths, pace }, name);
		void this.#report(whole, "package");
		for (const file of files) {
			const work = { module: TASKS, parent: whole.id, ...taskFor(file) };
			void this.#report(this.#colony.submit(work, { path: file.path, pace }), extname(file.path).slice(1) || "none");
		}
		return files.length;
	}

	#audit(names: string[]): void {
		for (let i = 0; i < Math.min(AUDITED, names.length); i++) {
			const name = names[this.#audited++ % names.length] as string;
			const path = join(this.#root, name, "package.json");
			const work = { module: TASKS, name: "checkEntries", kind: "audit" };
			void this.#report(this.#colony.submit(work, { path, pace: this.#pace.pace }), "audit");
		}
	}

	/** A task's result becomes a record of the stream; a failure is shown on the dashboard. */
	async #report(task: Promise<unknown>, type: string): Promise<void> {
		const report = (await task.catch(() => undefined)) as FileReport | undefined;
		if (!report || this.#stop.signal.aborted) return;
		await this.#stream.push({ at: report.at, type, bytes: report.bytes, words: report.words ?? 0 }).catch(() => {});
	}

	/** Until little waits any more. */
	async #drained(): Promise<void> {
		while (this.#colony.queued > 2) await wait(200, undefined, { signal: this.#stop.signal });
	}

	async #breathe(): Promise<void> {
		await wait(500 + Math.random() * 3_000, undefined, { signal: this.#stop.signal });
	}
}

function taskFor({ path, bytes }: PackageFile): { name: string; kind: string } {
	const type = extname(path);
	if (type === ".json" || type === ".map" || /^\.\w+rc$/.test(basename(path))) return { name: "parseJson", kind: "json" };
	if (bytes > HEAVY_BYTES) return { name: "compress", kind: "archive" };
	if (type === ".h" || type === ".css" || type === ".svg") return { name: "checksum", kind: "digest" };
	return { name: "wordCount", kind: "text" };
}

function shuffled<T>(items: T[]): T[] {
	const order = items.map((item) => ({ item, key: Math.random() }));
	return order.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
