/** The vectors of `test/wire/vectors`, run by both bridges and by the cluster. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import { httpLink } from "../../colony-bridge/bridge/http-link.ts";
import type { Colony, ColonySnapshot } from "../../colony-bridge/colony.ts";
import type { QueryInput } from "../../colony-bridge/protocol/query/query.ts";
import { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { type FoldedFrames, foldFrames } from "../wire/folded-frames.ts";
import { type DashboardOptions, VectorDashboard } from "../wire/vector-dashboard.ts";
import { ask, freshCluster } from "./bridge-rig.ts";
import { noPython, PythonColony } from "./python-rig.ts";

const FOLDER = join(import.meta.dirname, "../wire/vectors");

interface BridgeVector {
	title: string;
	capabilities?: ("restart" | "scale")[];
	samples: (Omit<ColonySnapshot, "metrics"> & { metrics?: { name: string; value: number | string }[] })[];
	dashboard?: DashboardOptions;
	/** Instants are compared to the nearest so many ms. */
	instantsToMs?: number;
	sent: Partial<FoldedFrames>;
	/** Part of a warning. */
	warning?: string;
	stored?: { query: QueryInput; answer: unknown }[];
}

interface ClusterVector {
	title: string;
	pushes: { frames: object[]; answers: object[] }[];
	stored?: { query: QueryInput; answer: unknown }[];
}

function vectors<T extends { title: string }>(kind: "bridge" | "cluster"): T[] {
	const names = readdirSync(join(FOLDER, kind)).sort();
	return names.map((name) => JSON.parse(readFileSync(join(FOLDER, kind, name), "utf8")) as T);
}

interface RunningBridge {
	stop(): Promise<unknown>;
	warnings(): Promise<string[]>;
}

/** The vector's samples, one after the other. */
function colonyOf({ samples, capabilities = [] }: BridgeVector): Colony {
	let index = 0;
	return {
		name: "vectors",
		snapshot: () => {
			const { logs, ended, metrics, ...state } = samples[Math.min(index, samples.length - 1)] ?? {};
			const events = index++ < samples.length ? { ...(logs && { logs }), ...(ended && { ended }) } : {};
			return { ...state, ...events, ...(metrics && { metrics: metrics.map((each) => ({ ...each, value: Number(each.value) })) }) };
		},
		...(capabilities.includes("restart") && { restartWorker: async (id) => `restarted ${id}` }),
		...(capabilities.includes("scale") && { scale: async (workers) => `scaled to ${workers}` }),
	};
}

const BRIDGES: Record<"TypeScript" | "Python", (vector: BridgeVector, url: string) => Promise<RunningBridge>> = {
	TypeScript: async (vector, url) => {
		const warnings: string[] = [];
		const onError = ({ message }: Error) => warnings.push(message);
		const bridge = new Bridge({ colony: colonyOf(vector), to: httpLink({ url }), name: "vector", intervalMs: 100, onError });
		bridge.start();
		return { stop: () => bridge.stop(), warnings: async () => warnings };
	},
	Python: async (vector, url) => {
		python ??= await startPython();
		await python.do("attach_vector", vector, url);
		return { stop: async () => python?.do("stop"), warnings: async () => python?.do("warnings") };
	},
};

/** One process for all vectors. */
let python: PythonColony | undefined;
afterAll(() => python?.end());

async function startPython(): Promise<PythonColony> {
	const colony = await PythonColony.start();
	await colony.do("run", readFileSync(join(import.meta.dirname, "python/vector_reader.py"), "utf8"));
	return colony;
}

const endings: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of endings.splice(0).reverse()) await end();
});

describe.each(["TypeScript", "Python"] as const)("the %s bridge", (language) => {
	test.skipIf(language === "Python" && noPython).each(vectors<BridgeVector>("bridge").map((vector) => [vector.title, vector] as const))(
		"%s",
		async (_, vector) => {
			const dashboard = await VectorDashboard.start(vector.dashboard);
			endings.push(() => dashboard.close());
			const bridge = await BRIDGES[language](vector, dashboard.url);
			endings.push(() => bridge.stop());
			const ticks = vector.sent.ticks?.length ?? vector.samples.length;
			const sent = () => foldFrames(dashboard.hellos[0], dashboard.frames);
			const complete = () => {
				const { results, events } = vector.sent;
				const found = sent();
				return (
					dashboard.lossIsOver &&
					found.ticks.length >= ticks &&
					found.results.length >= (results?.length ?? 0) &&
					found.events.length >= (events?.length ?? 0)
				);
			};
			await expect.poll(complete, { timeout: 15_000, interval: 20 }).toBe(true);
			for (const { query, answer } of vector.stored ?? []) expect(ask(dashboard.cluster, query as never)).toMatchObject(answer as object);
			await bridge.stop();
			const found = sent();
			found.ticks.length = ticks;
			const wanted = Object.keys(vector.sent) as (keyof FoldedFrames)[];
			const parts = Object.fromEntries(wanted.map((part) => [part, found[part]]));
			expect(rounded(parts, vector.instantsToMs)).toEqual(rounded(vector.sent, vector.instantsToMs));
			if (!vector.dashboard?.damages && !vector.dashboard?.forgetsAfterTicks) expect(dashboard.errors).toEqual([]);
			const warnings = await bridge.warnings();
			if (vector.warning !== undefined) expect(warnings.join("\n")).toContain(vector.warning);
		},
	);
});

function rounded<T>(value: T, ms = 1): T {
	const round = (key: string, each: unknown) => (typeof each === "number" && /[aA]t$/.test(key) ? Math.round(each / ms) * ms : each);
	return JSON.parse(JSON.stringify(value, round)) as T;
}

describe("the cluster", () => {
	test.each(vectors<ClusterVector>("cluster").map((vector) => [vector.title, vector] as const))("%s", (_, vector) => {
		const cluster = freshCluster();
		const now = Date.now();
		let epoch = 0;
		for (const { frames, answers } of vector.pushes) {
			const lines = frames.map((frame) => JSON.stringify(frame).replaceAll('"NOW"', String(now)).replaceAll('"EPOCH"', String(epoch)));
			const answered = cluster.push(lines.join("\n")).filter(({ type }) => type !== "viewers");
			for (const frame of answered) expect(v.safeParse(DownFrame, frame).success).toBe(true);
			expect(answered).toMatchObject(answers);
			epoch = answered.find((frame) => frame.type === "welcome")?.epoch ?? epoch;
		}
		for (const { query, answer } of vector.stored ?? []) expect(ask(cluster, query as never)).toMatchObject(answer as object);
	});
});
