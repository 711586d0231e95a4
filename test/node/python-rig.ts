/** A colony in a Python process that uses the bridge's module, told what to do line by line. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

export const MODULE = fileURLToPath(new URL("../../colony-bridge/python/hiveframe_bridge.py", import.meta.url));
const FOLDER = fileURLToPath(new URL("../../colony-bridge/python/", import.meta.url));
const PROGRAM = fileURLToPath(new URL("python/colony_program.py", import.meta.url));

export const PYTHON = process.env.PYTHON ?? "python3";
const found = spawnSync(PYTHON, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);
/** Why these tests cannot run here; undefined: they can. */
export const noPython = found.status === 0 ? undefined : `no Python 3.9 or later as "${PYTHON}" on the PATH`;

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is its own assertion.
type Answer = any;

export class PythonColony {
	readonly child: ChildProcessWithoutNullStreams;
	/** What it wrote where only a program that fails writes. */
	stderr = "";
	readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
	readonly #ended: Promise<unknown>;

	private constructor(child: ChildProcessWithoutNullStreams) {
		this.child = child;
		this.#ended = once(child, "exit");
		child.stderr.on("data", (data) => (this.stderr += data));
		createInterface(child.stdout).on("line", (line) => this.#waiting.shift()?.resolve(JSON.parse(line)));
		child.on("exit", (code) => {
			for (const { reject } of this.#waiting.splice(0)) reject(new Error(`the Python process ended with ${code}:\n${this.stderr}`));
		});
	}

	/** @param clockAhead how far its clock is off, s. @param dev whether Python looks for what is not closed and the like, which costs. */
	static async start({ dev = true, clockAhead = 0 } = {}): Promise<PythonColony> {
		const child = spawn(PYTHON, [...(dev ? ["-X", "dev"] : []), "-u", PROGRAM, FOLDER], {
			env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", CLOCK_AHEAD: String(clockAhead) },
		});
		const colony = new PythonColony(child);
		await colony.#answer();
		return colony;
	}

	/** @throws what was raised there, as text. */
	async do(what: string, ...args: unknown[]): Promise<Answer> {
		this.child.stdin.write(`${JSON.stringify({ do: what, args })}\n`);
		const answer = await this.#answer();
		if (answer.error !== undefined) throw new Error(answer.error);
		return answer.answer;
	}

	#answer(): Promise<Answer> {
		return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
	}

	/** The end of standard input is the end of the program. @returns its exit code. */
	async end(): Promise<number | null> {
		if (this.child.exitCode === null && this.child.signalCode === null) {
			this.child.stdin.end();
			const patience = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
			await this.#ended;
			clearTimeout(patience);
		}
		return this.child.exitCode;
	}
}

/** Somebody looks at the cluster, once there is one: until `close()`. */
export async function watch(url: string, cluster: string): Promise<WebSocket> {
	for (;;) {
		const socket = new WebSocket(`${url.replace("http", "ws")}/clusters/${cluster}/api/live`);
		socket.on("error", () => {});
		const open = await new Promise<boolean>((resolve) => socket.once("open", () => resolve(true)).once("close", () => resolve(false)));
		if (open) {
			socket.send(JSON.stringify({ type: "watch", queries: [{ kind: "cluster" }] }));
			return socket;
		}
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
