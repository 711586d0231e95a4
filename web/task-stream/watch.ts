/** The state of a task stream: its tasks, updated from the cluster, and the visible time range. */
import { createEffect, createSignal, onCleanup, untrack } from "solid-js";
import type { StreamHead } from "../../colony-bridge/protocol/query/task-stream.ts";
import { usePage } from "../page/context.tsx";
import { type StreamState, streamData } from "./data.ts";
import { panned, parseTimeRange, type TimeRange, timeRangeText, type Window, zoomed } from "./time-range.ts";

/** The initial time range, ms. */
const FIRST_MS = 15 * 60_000;
/** The initial time range of a colony younger than that, ms; it grows with the colony. */
const YOUNG_MS = 2 * 60_000;
/** Debounce of the URL, ms. */
const SETTLE_MS = 400;

export type Watch = ReturnType<typeof createWatch>;

/** Call {@link Watch.start} in the browser, once the box is there. */
export function createWatch() {
	const page = usePage();
	const [state, setState] = createSignal<StreamState>();
	const [problem, setProblem] = createSignal<string>();
	const [view, setView] = createSignal<Window>({ from: page.time.now() - FIRST_MS, until: page.time.now() });
	/** The end of the range follows the clock. */
	const [live, setLive] = createSignal(page.url.view().end === undefined);
	const data = streamData(page.links.reads("/api/tasks/stream"), (next, wrong) => {
		setProblem(wrong);
		if (next) setState({ ...next });
	});
	let settling: ReturnType<typeof setTimeout> | undefined;
	/** The URL parameter as last written here. Any other value comes from navigation. */
	let written = new URLSearchParams(page.url.search()).get("window") ?? undefined;
	onCleanup(() => {
		data.stop();
		clearTimeout(settling);
	});

	/** The default range is shown: nothing else was chosen. */
	const [isDefault, setIsDefault] = createSignal(false);
	const defaultRange = (now: number): Window => {
		const here = state();
		const young = here && all() && here.lanes.size > 0;
		const first = young ? here.lanes.from - YOUNG_MS / 20 : Number.NEGATIVE_INFINITY;
		return { from: Math.max(now - FIRST_MS, Math.min(first, now - YOUNG_MS)), until: now };
	};

	const all = (): boolean => {
		const here = state();
		return here !== undefined && here.loaded >= here.head.retained;
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
		setIsDefault(false);
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
		// The page shows an earlier time: there is no live range.
		if (page.url.view().end !== undefined) return show({ from: page.time.now() - FIRST_MS, until: page.time.now() });
		setLive(true);
		setIsDefault(true);
		draw(defaultRange(page.time.now()));
		write(undefined);
	};
	/** The time range in the URL, else the last minutes before the page's time. */
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
		/** @param around the fixed instant, by default the end while live, else the middle */
		zoom: (by: number, around = live() ? view().until : (view().from + view().until) / 2) => show(zoomed(view(), around, by)),
		again: () => data.load(all() ? undefined : view().from),
		/** @param box is observed: nothing is fetched while it is out of sight */
		start(box: HTMLElement): void {
			const first = begin();
			setView(first);
			setLive(first.live);
			setIsDefault(first.live && written === undefined);
			void data.load(first.from).then(() => {
				// Without recent tasks, all are shown instead of an empty chart.
				const here = state();
				if (here && here.lanes.size === 0 && here.head.retained > 0) return showAll();
				return undefined;
			});
			let visible = true;
			const watching = new IntersectionObserver((entries) => {
				visible = entries.at(-1)?.isIntersecting ?? true;
				if (visible) data.follow();
			});
			watching.observe(box);
			onCleanup(() => watching.disconnect());
			createEffect(() => {
				const { completed, failed, cancelled, no_result, active, notHeard } = page.data.cluster().tasks;
				const ended = completed + failed + cancelled + no_result;
				const head = state()?.head;
				const same = (of: StreamHead) =>
					ended === of.total && active === of.active && notHeard === of.notHeard && page.data.log() === of.log;
				if (!head || same(head)) return;
				if (visible && document.visibilityState === "visible" && page.time.pausedAt() === undefined) data.follow();
			});
			createEffect(() => {
				const now = page.time.now();
				if (isDefault()) setView(defaultRange(now));
				else if (live()) setView(({ from, until }) => ({ from: from + now - until, until: now }));
			});
			createEffect(() => {
				const current = new URLSearchParams(page.url.search()).get("window") ?? undefined;
				if (current === written) return;
				written = current;
				const range = untrack(begin);
				setLive(range.live);
				setIsDefault(range.live && current === undefined);
				untrack(() => draw(range));
			});
		},
	};
}
