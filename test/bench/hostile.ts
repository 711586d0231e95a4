/**
 * What the worst of clients may do to the others, on the Node host and in workerd: a bridge pushes and a viewer follows while somebody else
 * attacks; the time from a push to its acknowledgement and to the viewer, and of `/api/health`, beside those of the same host when all is quiet.
 *
 * `npm run bench -- hostile`; `--node` or `--workerd` for one of the two, `--hellos` for those attacks alone that have the word in their name.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBuiltWorker } from "../wire/built-worker.ts";
import { ask, endProgram, startProgram } from "./harness/child.ts";
import { type Figure, quantile } from "./harness/figure.ts";
import { ATTACKS } from "./hostile/attacks.ts";
import { Colony } from "./hostile/colony.ts";
import { type Measured, measure } from "./hostile/measure.ts";
import { peakMemory } from "./hostile/memory.ts";
import type { Serving } from "./programs/serve.ts";

type Line = Omit<Figure, "bench">;

export async function* run(options: ReadonlySet<string>): AsyncGenerator<Line> {
	const words = [...options].map((option) => option.slice(2)).filter((word) => word !== "node" && word !== "workerd");
	const asked = Object.entries(ATTACKS).filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)));
	if (asked.length === 0) throw new Error(`there is no attack called ${words.join(" or ")}; there are: ${Object.keys(ATTACKS).join(", ")}`);
	if (!options.has("--workerd")) yield* onNode(asked);
	if (!options.has("--node")) yield* inWorkerd(asked);
}

type Asked = readonly (readonly [name: string, attack: (typeof ATTACKS)[string]])[];

async function* onNode(asked: Asked): AsyncGenerator<Line> {
	const { child, report } = await startProgram<Serving>("serve", "dashboard");
	try {
		yield* under(report.url.replace(/\/$/, ""), "Node", child.pid as number, asked, () => ask<number[]>(child, "turns"));
	} finally {
		await endProgram(child);
	}
}

async function* inWorkerd(asked: Asked): AsyncGenerator<Line> {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-hostile-"));
	const { url, end } = await startBuiltWorker(folder, "bench", "worker/cloudflare/index.ts");
	try {
		yield* under(url, "workerd", process.pid, asked);
	} finally {
		await end();
		await rm(folder, { recursive: true, force: true });
	}
}

/**
 * @param pid of the host, or of the process whose child it is
 * @param turns what each turn of the host's thread has taken since asked last, ms of CPU: a machine that does else makes nobody wait in these
 */
async function* under(url: string, host: string, pid: number, asked: Asked, turns?: () => Promise<number[]>): AsyncGenerator<Line> {
	const colony = await Colony.begin(url);
	try {
		const before = peakMemory(pid, host);
		const quiet = await measure(colony);
		const quietBytes = before.end();
		await turns?.();
		yield* figures(`quiet, ${host}`, quiet);
		for (const [name, attack] of asked) {
			const memory = peakMemory(pid, host);
			const over = new AbortController();
			const attacking = attack(colony, over.signal);
			const measured = await measure(colony);
			over.abort();
			const told = await attacking;
			yield* figures(`${name}, ${host}`, measured, quiet);
			const taken = await turns?.();
			if (taken) yield { name: `${name}, ${host}: CPU of a turn p99.9`, value: quantile(taken, 0.999), unit: "ms" };
			const reference = { name: "quiet, same run", value: quietBytes / 1e6 };
			yield { name: `${name}, ${host}: peak memory`, value: memory.end() / 1e6, unit: "MB", reference };
			for (const [what, count] of Object.entries(told)) yield { name: `${name}, ${host}: ${what}`, value: count, unit: "times" };
		}
	} finally {
		await colony.end();
	}
}

function* figures(of: string, measured: Measured, quiet?: Measured): Generator<Line> {
	for (const what of ["push", "viewer", "health"] as const) {
		yield {
			name: `${of}: ${{ push: "push to its acknowledgement", viewer: "push to another viewer", health: "/api/health" }[what]} p99`,
			value: measured[what],
			unit: "ms",
			...(quiet && { reference: { name: "quiet, same run", value: quiet[what] } }),
		};
	}
}
