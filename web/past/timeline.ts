/** Events around an instant: what the time bar shows, and what `,` and `.` step through. */
import { streamOf, workerOf } from "../../colony-bridge/protocol/pages/pages.ts";
import type { QueryInput } from "../../colony-bridge/protocol/query/query.ts";
import type { ClusterStatusRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { AnswerOf, ErrorDensity, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { durationMs, durationText } from "../../colony-bridge/protocol/wire/duration.ts";
import { type ChartEvent, pageEvents } from "../chart/events.ts";
import { CLUSTER } from "../components/status.ts";
import type { Page } from "../page/context.tsx";
import { live, shifted } from "../view/time.ts";

/** Width of the bar on each side of the instant where the address has no range. */
const RANGE = "1h";

export interface Timeline {
	/** ms. */
	from: number;
	until: number;
	/** Events of later instants are not known: the state that is kept is older. */
	known: number;
	/** Oldest first. */
	events: ChartEvent[];
	/** The cluster's status, newest change first. */
	changes: readonly ClusterStatusRow[];
	/** Counts of all errors; there are none of one worker or stream. */
	density?: ErrorDensity;
}

/** The instant that was asked for on a page of the past, else the present, ms. */
export const instantOf = (page: Page): number => Math.round(page.past()?.asked ?? page.time.now());
const presentOf = (page: Page): number => Math.round(page.past()?.now ?? page.time.clock.now());

/** The timeline of the worker or stream whose page it is, or of all. @throws with a message for the reader */
export async function timelineOf(page: Page, signal?: AbortSignal): Promise<Timeline> {
	const at = instantOf(page);
	const reach = durationMs(page.url.view().range ?? RANGE);
	const [from, until] = [at - reach, Math.min(presentOf(page), at + reach)];
	const [worker, stream] = [workerOf(page.input.page), streamOf(page.input.page)];
	const of = { ...(worker !== undefined && { worker }), ...(stream !== undefined && { stream }) };
	const ofAll = worker === undefined && stream === undefined;
	const queries: QueryInput[] = [
		{ kind: "marks", limit: 500, ...of },
		{ kind: "errors", limit: 200, brief: true, ...of },
		{ kind: "statusChanges", limit: 100 },
		...(ofAll ? [{ kind: "errorCounts" as const, range: durationText(until - from), end: until }] : []),
	];
	const asOf = until < presentOf(page) ? `&at=${until}` : "";
	const url = `${page.links.path("/api/view")}?partial=true${asOf}&queries=${encodeURIComponent(JSON.stringify(queries))}`;
	const response = await fetch(url, signal && { signal });
	if (!response.ok) throw new Error(`the server answered ${response.status}`);
	const { answers, past } = (await response.json()) as Snapshot;
	const find = <K extends QueryInput["kind"]>(kind: K) => answers.find((answer): answer is AnswerOf<K> => answer.kind === kind);
	const changes = find("statusChanges")?.rows ?? [];
	const said = changes.map(({ at, status, message }) => ({
		at,
		kind: "health",
		text: [CLUSTER[status].word, message].filter(Boolean).join(": "),
	}));
	const density = find("errorCounts");
	const { events } = pageEvents(find("marks"), find("errors"));
	return {
		from,
		until,
		known: past?.at ?? until,
		events: [...events, ...said].filter((event) => event.at >= from && event.at <= until).sort((a, b) => a.at - b.at),
		changes,
		...(density && { density }),
	};
}

/** Instant at which a page shows an event: it is reported with the next push. ms */
export const shownAt = (page: Page, { at }: ChartEvent): number => at + (page.data.cluster().intervalMs ?? 0);

/** @param by -1: the event before, 1: after. @param only the kind; absent: any. @returns undefined: there is none on the bar */
export function neighbour(page: Page, { events }: Timeline, by: -1 | 1, only?: string): ChartEvent | undefined {
	const at = instantOf(page);
	const wanted = events.filter(({ kind }) => only === undefined || kind === only);
	return by < 0 ? wanted.findLast((event) => shownAt(page, event) < at - 1) : wanted.find((event) => shownAt(page, event) > at + 1);
}

/** The whole page as of an instant, ms; of the present it goes live. */
export function travel(page: Page, at: number, replace = false): void {
	const isPast = at < presentOf(page);
	page.url.change(isPast ? { at: new Date(at).toISOString(), end: undefined } : live(page), { replace });
}

/** Goes to the next event; past the end of the bar by its width. */
export async function step(page: Page, by: -1 | 1, only?: string): Promise<void> {
	if (by > 0 && !page.past()) return;
	try {
		const next = neighbour(page, await timelineOf(page), by, only);
		if (next) travel(page, shownAt(page, next));
		else if (page.past()) page.url.change(shifted(page.url.view(), by, presentOf(page)));
		else page.url.setPending({ failed: `no ${only ?? "event"} is known in the time before` });
	} catch (error) {
		page.url.setPending({ failed: error instanceof Error ? error.message : String(error) });
	}
}
