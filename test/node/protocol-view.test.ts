import { Query, ViewerFrame } from "../../colony-bridge/protocol/query/query.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { accepts } from "./accepts.ts";

const metrics = { kind: "metrics", selectors: ["cpu_percent"], range: "15m", points: 180 };

accepts("Query", Query, {
	good: [
		{ kind: "cluster" },
		{ kind: "workers", limit: LIMITS.rows },
		{ kind: "ended", limit: 1, status: "failed" },
		{ kind: "logs", limit: 5, level: "ERROR", sources: ["worker-*"] },
		{ ...metrics, aggregation: "p99", fold: "each" },
		{ kind: "samples", selectors: ["up"], range: "1h", start: 0, end: 1, step: "5s", points: LIMITS.points },
	],
	becomes: [
		[{ kind: "workers" }, { kind: "workers", limit: 100 }],
		[
			{ kind: "metrics", selectors: ["up"], range: "1h" },
			{ kind: "metrics", selectors: ["up"], range: "1h", points: 240 },
		],
		[
			{ kind: "samples", selectors: ["up"] },
			{ kind: "samples", selectors: ["up"], range: "1h", points: 1000 },
		],
	],
	bad: [
		[{ kind: "secrets" }, "kind"],
		[{ kind: "workers", limit: 0 }, "limit"],
		[{ kind: "workers", limit: LIMITS.rows + 1 }, "limit"],
		[{ kind: "workers", limit: "10" }, "limit"],
		[{ kind: "ended", status: "running" }, "status"],
		[{ kind: "logs", level: "LOUD" }, "level"],
		[{ kind: "logs", sources: Array(51).fill("w") }, "sources"],
		[{ ...metrics, selectors: [] }, "selectors"],
		[{ ...metrics, selectors: Array(LIMITS.selectors + 1).fill("up") }, "selectors"],
		[{ ...metrics, range: "banana" }, "range"],
		[{ ...metrics, points: LIMITS.points + 1 }, "points"],
		[{ ...metrics, fold: "stack" }, "fold"],
		[{ kind: "samples", selectors: ["up"], start: -1 }, "start"],
		[{ kind: "samples", selectors: ["up"], step: "0s" }, "step"],
	],
});

accepts("a frame of a viewer", ViewerFrame, {
	good: [
		{ type: "watch", queries: [] },
		{ type: "watch", queries: Array(LIMITS.queries).fill({ kind: "cluster" }) },
		{ type: "ack", probe: "0a1b2c3d" },
	],
	bad: [
		[{ type: "watch" }, "queries"],
		[{ type: "watch", queries: Array(LIMITS.queries + 1).fill({ kind: "cluster" }) }, "queries"],
		[{ type: "watch", queries: [{ kind: "workers" }, { kind: "nothing" }] }, "queries.1.kind"],
		[{ type: "ack", probe: 12 }, "probe"],
		[{ type: "restart", worker: "worker-1" }, "type"],
	],
});
