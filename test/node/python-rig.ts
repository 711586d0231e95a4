/** A colony in a Python process that uses the bridge's module. Commands go to it line by line. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { PYTHON_PACKAGE, pythonModule } from "../../.build/python-module.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The single file as it is shipped. */
export const MODULE = join(ROOT, "dist/python/hiveframe_bridge.py");
/** The package that it is built from, and the folder to import it from. */
export const PACKAGE = join(ROOT, PYTHON_PACKAGE);
const PACKAGE_FOLDER = dirname(PACKAGE);
if (!existsSync(MODULE) || readFileSync(MODULE, "utf8") !== pythonModule(ROOT)) {
	throw new Error(`${MODULE} is not built from the sources that stand here; run npm run build`);
}

const PROGRAM = fileURLToPath(new URL("python/colony_program.py", import.meta.url));

export const PYTHON = process.env.PYTHON ?? "python3";
const found = spawnSync(PYTHON, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);
/** The reason why these tests are skipped; undefined: they run. */
export const noPython = found.status === 0 ? undefined : `no Python 3.9 or later as "${PYTHON}" on the PATH`;

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is its own assertion.
type Answer = any;

export class PythonColony {
	readonly child: ChildProcessWithoutNullStreams;
	/** Its standard error, empty unless it fails. */
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

	/**
	 * @param clockAhead skew of its clock, s.
	 * @param dev Python's development mode, which reports unclosed resources and costs time.
	 * @param asPackage imports the package instead of the built file.
	 */
	static async start({ dev = true, clockAhead = 0, asPackage = false } = {}): Promise<PythonColony> {
		const folder = asPackage ? PACKAGE_FOLDER : dirname(MODULE);
		const child = spawn(PYTHON, [...(dev ? ["-X", "dev"] : []), "-u", PROGRAM, folder], {
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

/** A viewer of the cluster, as soon as it exists, until `close()`. */
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
