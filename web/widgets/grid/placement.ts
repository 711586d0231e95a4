/** Places widgets: those with a position in their rows and columns, the others after them. */
import type { WidgetSpec } from "../../../colony-bridge/protocol/wire/widgets/widgets.ts";

export interface Placed {
	spec: WidgetSpec;
	/** Index in the page's widgets. */
	order: number;
}

export interface Placement {
	/** Top to bottom, each left to right. */
	rows: Placed[][];
	columns: number;
	flowing: Placed[];
}

export function place(widgets: readonly WidgetSpec[]): Placement {
	const all = widgets.map((spec, order) => ({ spec, order }));
	const rows = Map.groupBy(
		all.filter(({ spec }) => spec.position),
		({ spec }) => spec.position?.[0] ?? 0,
	);
	return {
		rows: [...rows]
			.toSorted(([a], [b]) => a - b)
			.map(([, row]) => row.toSorted((a, b) => (a.spec.position?.[1] ?? 0) - (b.spec.position?.[1] ?? 0))),
		columns: 1 + Math.max(-1, ...all.map(({ spec }) => spec.position?.[1] ?? -1)),
		flowing: all.filter(({ spec }) => !spec.position),
	};
}
