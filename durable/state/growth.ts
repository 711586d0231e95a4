/** Bytes that a frame would add to a full state: entries that exist may be reported again, and may shrink. */
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import type { UpFrameOf, WidgetDrawing } from "../../colony-bridge/protocol/wire/up.ts";
import { valueBytes } from "../work/resident.ts";
import type { ClusterState } from "./cluster-state.ts";
import { isWhole, type Link, layoutBytes, toldBytes } from "./link.ts";
import { entryBytes, type OwnedTable } from "./owned-table.ts";

type Patch<T> = { replace?: boolean | undefined; set?: T[] | undefined } | undefined;

/** @returns bytes in memory; negative: it takes less than what it stands for. */
export function growth(state: ClusterState, bridge: string, frame: UpFrameOf<"state"> | UpFrameOf<"layout"> | UpFrameOf<"html">): number {
	const link = state.links.get(bridge);
	if (frame.type === "layout") return layoutBytes(frame.layout) - layoutBytes(link?.layout);
	if (frame.type === "html") {
		const before = (id: string) => drawnBytes(link?.html.get(id)?.drawing);
		return frame.widgets.reduce((sum, drawing) => sum + drawnBytes(drawing) - before(drawing.id), 0);
	}
	const { running, queued, workers, streams, checks } = state;
	// The first state of a run is whole.
	const whole = link?.current === false;
	const of = <T extends { id: string }>(tables: readonly OwnedTable<T>[], patch: Patch<T>): number => {
		if (!patch?.set?.length) return 0;
		const owned = patch.replace || whole ? tables.reduce((sum, table) => sum + table.bytesOf(bridge), 0) : undefined;
		const before = ({ id }: T) => tables.reduce((sum, table) => sum + table.bytesOf(bridge, id), 0);
		const after = patch.set.reduce((sum, value) => sum + entryBytes(value), 0);
		return after - (owned ?? patch.set.reduce((sum, value) => sum + before(value), 0));
	};
	const told = toldBytes(toldAfter(link, frame)) - toldBytes(link ?? {});
	return (
		told + of([workers], frame.workers) + of([running, queued], frame.tasks) + of([streams], frame.streams) + of([checks], frame.checks)
	);
}

function toldAfter(link: Link | undefined, frame: UpFrameOf<"state">): Pick<Link, "health" | "leftOut"> {
	const { health, leftOut } = link && !isWhole(link, frame) ? link : {};
	return defined({ health: frame.health ?? health, leftOut: frame.leftOut ?? leftOut });
}

const drawnBytes = (drawing: WidgetDrawing | undefined): number => (drawing ? valueBytes(drawing) : 0);
