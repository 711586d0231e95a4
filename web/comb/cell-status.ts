/** The status of a cell: by state (with health if that is worse), or by a step of a metric's scale. */
import { STATES, stateOf } from "../../colony-bridge/protocol/query/cells.ts";
import type { WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import { CLUSTER, type StatusMark, WORKER } from "../components/status.ts";
import { mark } from "../format/number.ts";

const STATUSES = Object.keys(WORKER) as WorkerRow["status"][];

/** In the legend's order. Poor health takes precedence over a state, except `failed`. */
export const CELL_STATUSES: readonly StatusMark[] = [
	...STATUSES.map((status) => WORKER[status]),
	{ ...CLUSTER.degraded, word: "degraded" },
	{ ...CLUSTER.unhealthy, word: "unhealthy" },
];
/** Indices of failures. */
export const TROUBLE: ReadonlySet<number> = new Set(CELL_STATUSES.flatMap(({ tone }, status) => (tone === "bad" ? status : [])));
/** Cells are filled for work and failures, hollow otherwise. */
export const isHollow = (shape: StatusMark["shape"]): boolean => ["ring", "dashed", "stop", "hatched"].includes(shape);
const DEGRADED = STATUSES.length;
const UNHEALTHY = DEGRADED + 1;
/** Filters of the workers table, by status. */
export const FILTERS: readonly string[] = [...STATUSES.map((status) => `status=${status}`), "health=degraded", "health=unhealthy"];

/** Index into {@link CELL_STATUSES}, by state number. */
export const CELL_STATUS_OF_STATE = Uint8Array.from({ length: STATES }, (_, number) => {
	const { status, health } = stateOf(number);
	if (status === "failed" || !health || health === "healthy") return STATUSES.indexOf(status);
	return health === "unhealthy" ? UNHEALTHY : DEGRADED;
});

/** Steps of the scale: few enough to tell apart, with round limits. The status after the last is that of a worker without the metric. */
export const STEPS = 5;

export interface Scale {
	low: number;
	high: number;
	unit: string | undefined;
}

/** The largest 32-bit float. */
const MOST = 2 ** 128 - 2 ** 104;

/** Percentages and ratios have fixed ends; other scales run from zero to a round number, which seldom changes. */
export function scaleFor(values: Float32Array, unit: string | undefined): Scale {
	if (unit === "percent") return { low: 0, high: 100, unit };
	if (unit === "ratio") return { low: 0, high: 1, unit };
	let [low, high] = [0, 0];
	for (const value of values) {
		// Infinite values fall into the first or last step.
		if (value < low && value >= -MOST) low = value;
		if (value > high && value <= MOST) high = value;
	}
	return { low: 0 - roundUp(-low), high: roundUp(high) || (low < 0 ? 0 : 1), unit };
}

/** The least of 1, 2, 5, 10, 20, ... that is not less than the value. */
function roundUp(value: number): number {
	if (value <= 0) return 0;
	const power = 10 ** Math.floor(Math.log10(value));
	return power * ([1, 2, 5].find((digit) => digit * power >= value * 0.999_999) ?? 10);
}

export function stepOf(value: number, { low, high }: Scale): number {
	if (Number.isNaN(value)) return STEPS;
	return Math.max(0, Math.min(STEPS - 1, Math.floor(((value - low) / (high - low)) * STEPS)));
}

/** The lower limit of a step as text. */
export const stepStart = ({ low, high, unit }: Scale, step: number): string =>
	mark(Number((low + ((high - low) * step) / STEPS).toPrecision(3)), unit, high);
