/** The active task of a stream: the one under the pointer, else the one with keyboard focus. Its id is fetched. */
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
/** Time the pointer rests before the id is fetched, ms. */
const REST_MS = 120;

export type Pointing = ReturnType<typeof createPointing>;

export function createPointing({ state, lanes, view }: Watch) {
	const page = usePage();
	const [focused, setFocused] = createSignal<Place>();
	const [pointed, setPointed] = createSignal<Place>();
	const [id, setId] = createSignal<string>();
	/** With the task's position in the columns. */
	const active = createMemo(() => {
		const at = pointed() ?? focused();
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
				open ? `for ${elapsed(ms)}` : status === NOT_HEARD ? `had run for ${elapsed(ms)} when last heard` : `took ${elapsed(ms)}`,
				waited >= 0 && `waited ${elapsed(waited)}`,
				at.worker === undefined ? "worker not reported" : `on ${at.worker}`,
				attempt > 1 && `attempt ${attempt}`,
			].filter(Boolean) as string[],
		};
	});
	return {
		active,
		focused,
		setFocused,
		setPointed,
		id,
		words,
		/** Starts fetching ids. Called in the browser only. */
		start(): void {
			/** The ended task whose id is loaded: new tasks do not change it. */
			let fetched: { number: number; log: number } | undefined;
			createEffect(() => {
				const at = active();
				const { lanes: here, head } = state() ?? {};
				if (at && here && fetched && here.number[at.place] === fetched.number && head?.log === fetched.log && !here.ids.has(at.place))
					return;
				fetched = undefined;
				clearTimeout(asking);
				setId(at && here?.ids.get(at.place));
				if (!at || !here || !head || here.ids.has(at.place)) return;
				const number = here.number[at.place] as number;
				asking = setTimeout(
					() =>
						void idOf(page.links.reads("/api/tasks/history"), number, head.log).then((found) => {
							if (active()?.place !== at.place || lanes() !== here) return;
							setId(found);
							if (found !== undefined) fetched = { number, log: head.log };
						}),
					REST_MS,
				);
			});
		},
		/** Moves focus to the newest bar of the first lane. */
		begin(): void {
			const here = lanes();
			if (here && !focused()) setFocused(firstIn(here, view()));
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
