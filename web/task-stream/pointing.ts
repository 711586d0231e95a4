/** Which task of a stream is meant: under the pointer, or reached by keys; its id, which the bars do not carry, is fetched. */
import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import { BAR_STATUSES } from "../../colony-bridge/protocol/query/task-bars.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import { TASK } from "../components/status.ts";
import { elapsed } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import type { StreamState } from "./data.ts";
import { idOf } from "./details.ts";
import type { Place } from "./drawing.ts";
import type { Window } from "./time-range.ts";
import type { Watch } from "./watch.ts";

const OPEN = BAR_STATUSES.indexOf("open");
/** A pointer that only passes asks nothing, ms. */
const REST_MS = 120;

export type Pointing = ReturnType<typeof createPointing>;

export function createPointing({ state, lanes, view }: Watch) {
	const page = usePage();
	const [stood, setStood] = createSignal<Place>();
	const [pointed, setPointed] = createSignal<Place>();
	const [id, setId] = createSignal<string>();
	/** Its place in the columns. */
	const active = createMemo(() => {
		const at = pointed() ?? stood();
		const here = lanes();
		if (!at || !here) return undefined;
		const lane = here.lanes[here.sorted()[at.lane] as number];
		if (!lane || at.bar >= lane.length) return undefined;
		return { ...at, place: lane.bars[at.bar] as number, worker: lane.worker };
	});
	let asking: ReturnType<typeof setTimeout> | undefined;
	onCleanup(() => clearTimeout(asking));
	const words = createMemo(() => {
		const at = active();
		const here = lanes();
		if (!at || !here) return undefined;
		const { place } = at;
		const open = here.status[place] === OPEN;
		const status = BAR_STATUSES[here.status[place] as number] as (typeof BAR_STATUSES)[number];
		const ms = (open ? page.time.now() : (here.end[place] as number)) - (here.start[place] as number);
		const waited = here.waited[place] as number;
		const attempt = here.attempt[place] as number;
		return {
			name: here.names[here.name[place] as number] ?? "",
			facts: [
				status === "open" ? "running" : TASK[status].word,
				open ? `for ${elapsed(ms)}` : status === NOT_HEARD ? `ran for ${elapsed(ms)} when it was heard of last` : `took ${elapsed(ms)}`,
				waited >= 0 && `waited ${elapsed(waited)}`,
				at.worker === undefined ? "worker not reported" : `on ${at.worker}`,
				attempt > 1 && `try ${attempt}`,
			].filter(Boolean) as string[],
		};
	});
	return {
		active,
		stood,
		setStood,
		setPointed,
		id,
		words,
		/** In the browser: asks for the id of what is meant. */
		start(): void {
			/** The ended task whose id is known: what comes meanwhile does not change which one is meant. */
			let known: { number: number; log: number } | undefined;
			createEffect(() => {
				const at = active();
				const { lanes: here, head } = state() ?? {};
				if (at && here && known && here.number[at.place] === known.number && head?.log === known.log && !here.ids.has(at.place)) return;
				known = undefined;
				clearTimeout(asking);
				setId(at && here?.ids.get(at.place));
				if (!at || !here || !head || here.ids.has(at.place)) return;
				const number = here.number[at.place] as number;
				asking = setTimeout(
					() =>
						void idOf(page.links.path("/api/tasks/history"), number, head.log).then((found) => {
							if (active()?.place !== at.place || lanes() !== here) return;
							setId(found);
							if (found !== undefined) known = { number, log: head.log };
						}),
					REST_MS,
				);
			});
		},
		/** The keyboard begins at the newest bar of the first lane. */
		begin(): void {
			const here = lanes();
			if (here && !stood()) setStood(firstIn(here, view()));
		},
	};
}

export function firstIn(lanes: StreamState["lanes"], { until }: Window): Place {
	for (const [n, place] of lanes.sorted().entries()) {
		const lane = lanes.lanes[place];
		if (!lane || lane.length === 0) continue;
		return { lane: n, bar: Math.max(0, lanes.firstFrom(lane, until) - 1) };
	}
	return { lane: 0, bar: 0 };
}
