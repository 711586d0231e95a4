/** The state of a task stream: its tasks, updated from the cluster, and the visible time range. */
import { createEffect, createSignal, onCleanup, untrack } from "solid-js";
import type { StreamHead } from "../../colony-bridge/protocol/query/task-stream.ts";
import { usePage } from "../page/context.tsx";
import { type StreamState, streamData } from "./data.ts";
import { panned, parseTimeRange, type TimeRange, timeRangeText, type Window, zoomed } from "./time-range.ts";

/** TimeRange that is fetched and shown at first, ms. */
const FIRST_MS = 15 * 60_000;
/** Of a young colony so much, until it has lived for longer: what was before it is no empty field worth drawing. */
const YOUNG_MS = 2 * 60_000;
/** Movements that follow each other are one change of the address, ms. */
const SETTLE_MS = 400;

export type Watch = ReturnType<typeof createWatch>;

/** Call {@link Watch.start} in the browser, once the box is there. */
export function createWatch() {
	const page = usePage();
	const [state, setState] = createSignal<StreamState>();
	const [problem, setProblem] = createSignal<string>();
	const [view, setView] = createSignal<Window>({ from: page.time.now() - FIRST_MS, until: page.time.now() });
	/** The end of the window goes on with the clock. */
	const [live, setLive] = createSignal(page.url.view().end === undefined);
	const data = streamData(page.links.path("/api/tasks/stream"), (next, wrong) => {
		setProblem(wrong);
		if (next) setState({ ...next });
	});
	let settling: ReturnType<typeof setTimeout> | undefined;
	/** As this page wrote it last: what the address says besides is another's wish (Back, a link). */
	let written = new URLSearchParams(page.url.search()).get("window") ?? undefined;
	onCleanup(() => {
		data.stop();
		clearTimeout(settling);
	});

	/** The last minutes, as nobody asked for anything else. */
	const [usual, setUsual] = createSignal(false);
	const lately = (now: number): Window => {
		const here = state();
		const young = here && all() && here.lanes.size > 0;
		const first = young ? here.lanes.from - YOUNG_MS / 20 : Number.NEGATIVE_INFINITY;
		return { from: Math.max(now - FIRST_MS, Math.min(first, now - YOUNG_MS)), until: now };
	};

	const all = (): boolean => {
		const here = state();
		return here !== undefined && here.held >= here.head.kept;
	};
	const write = (text: string | undefined) => {
		clearTimeout(settling);
		settling = setTimeout(() => {
			if (written === text) return;
			written = text;
			page.url.change({ window: text }, { replace: true });
		}, SETTLE_MS);
	};
	const draw = (next: Window) => {
		setView(next);
		const here = state();
		if (here && !all() && next.from < here.lanes.from) void data.load();
	};
	const show = (next: Window) => {
		setLive(Math.abs(next.until - page.time.now()) < (next.until - next.from) * 0.002);
		draw(next);
		setUsual(false);
		write(timeRangeText({ ...next, live: live() }));
	};
	const showAll = async () => {
		if (!all()) await data.load();
		const here = state()?.lanes;
		if (!here || here.size === 0) return;
		const margin = Math.max(10, (here.until - here.from) * 0.01);
		show({ from: here.from - margin, until: here.ids.size > 0 ? page.time.now() : here.until + margin });
	};
	const goLive = () => {
		// An end that the page's address says is not now.
		if (page.url.view().end !== undefined) return show({ from: page.time.now() - FIRST_MS, until: page.time.now() });
		setLive(true);
		setUsual(true);
		draw(lately(page.time.now()));
		write(undefined);
	};
	/** The stretch the address names, else the last minutes of the time the page shows. */
	const begin = (): TimeRange => {
		const end = page.url.view().end;
		const until = end ?? page.time.now();
		return parseTimeRange(page.url.search(), page.time.now()) ?? { from: until - FIRST_MS, until, live: end === undefined };
	};

	return {
		state,
		problem,
		view,
		live,
		all,
		lanes: () => state()?.lanes,
		show,
		showAll,
		goLive,
		pan: (share: number) => show(panned(view(), share)),
		/** @param around the instant that stays where it is; absent: the end of what goes on, else the middle */
		zoom: (by: number, around = live() ? view().until : (view().from + view().until) / 2) => show(zoomed(view(), around, by)),
		again: () => data.load(all() ? undefined : view().from),
		/** @param box is watched: what nobody sees is not kept up */
		start(box: HTMLElement): void {
			const first = begin();
			setView(first);
			setLive(first.live);
			setUsual(first.live && written === undefined);
			void data.load(first.from).then(() => {
				// Without recent tasks the last ones are shown, rather than an empty chart.
				const here = state();
				if (here && here.lanes.size === 0 && here.head.kept > 0) return showAll();
				return undefined;
			});
			let seen = true;
			const watching = new IntersectionObserver((entries) => {
				seen = entries.at(-1)?.isIntersecting ?? true;
				if (seen) data.follow();
			});
			watching.observe(box);
			onCleanup(() => watching.disconnect());
			createEffect(() => {
				const { completed, failed, cancelled, no_result, active, notHeard } = page.data.cluster().tasks;
				const ended = completed + failed + cancelled + no_result;
				const head = state()?.head;
				const same = (of: StreamHead) =>
					ended === of.seen && active === of.active && notHeard === of.notHeard && page.data.log() === of.log;
				if (!head || same(head)) return;
				if (seen && document.visibilityState === "visible" && page.time.stoppedAt() === undefined) data.follow();
			});
			createEffect(() => {
				const now = page.time.now();
				if (usual()) setView(lately(now));
				else if (live()) setView(({ from, until }) => ({ from: from + now - until, until: now }));
			});
			createEffect(() => {
				const current = new URLSearchParams(page.url.search()).get("window") ?? undefined;
				if (current === written) return;
				written = current;
				const wanted = untrack(begin);
				setLive(wanted.live);
				setUsual(wanted.live && current === undefined);
				untrack(() => draw(wanted));
			});
		},
	};
}
