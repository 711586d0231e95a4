/** Search results. Pages are searched here, the rest is queried from the cluster. Each group shows how many of all it lists. */

import type { SummaryAnswer } from "../../../colony-bridge/protocol/http/rest-record.ts";
import type { QueryInput } from "../../../colony-bridge/protocol/query/query.ts";
import type { Answer, AnswerOf, Snapshot } from "../../../colony-bridge/protocol/query/view.ts";
import { LIMITS } from "../../../colony-bridge/protocol/wire/limits.ts";
import { seriesKey } from "../../../colony-bridge/protocol/wire/selector.ts";
import { CLUSTER } from "../../components/status.ts";
import { count } from "../../format/number.ts";
import type { Page } from "../../page/context.tsx";
import { AUDIT, BUILT_IN_LINKS, RUNS } from "../../page/titles.ts";
import { carried, withChanges } from "../../page/url-state.ts";

export interface Found {
	title: string;
	/** Secondary text beside the title. */
	about?: string | undefined;
	href: string;
}
export interface Group {
	title: string;
	/** Set if only some are shown or searched. */
	note?: string | undefined;
	found: Found[];
}

/** Maximum results per group. */
const SHOWN = 8;
/** Names fetched once, then searched here. */
const NAMES = LIMITS.rows;
/** Maximum length of a selector in the URL, as in the explorer's field. */
const SELECTOR = 1000;

/** @returns true if the text contains every word */
export function matches(text: string, words: string): boolean {
	const low = text.toLowerCase();
	return words
		.toLowerCase()
		.split(/\s+/)
		.every((word) => low.includes(word));
}

export function findPages(page: Page, words: string): Group {
	const links = [
		...BUILT_IN_LINKS,
		...page.data.layout().pages.map(({ name, title }) => ({ title, path: `/${name}` })),
		RUNS,
		...(page.input.user?.role === "viewer" ? [] : [AUDIT]),
	];
	return {
		title: "Pages",
		found: links.filter(({ title }) => matches(title, words)).map(({ title, path }) => ({ title, href: page.links.href(path) })),
	};
}

async function view(page: Page, queries: QueryInput[], signal: AbortSignal): Promise<Answer[]> {
	const url = `${page.links.reads("/api/view")}queries=${encodeURIComponent(JSON.stringify(queries))}`;
	const response = await fetch(url, { headers: { accept: "application/json" }, cache: "no-store", signal });
	if (!response.ok) throw new Error(`the server answered ${response.status}`);
	return ((await response.json()) as Snapshot).answers;
}

/** Other clusters, those in trouble first. */
async function clusters(page: Page, words: string, signal: AbortSignal): Promise<Group> {
	const response = await fetch(`${page.input.root}/api/clusters?q=${encodeURIComponent(words.slice(0, 200))}`, {
		cache: "no-store",
		signal,
	});
	if (!response.ok) throw new Error(`the server answered ${response.status}`);
	const all = ((await response.json()) as SummaryAnswer[]).filter(({ name }) => name !== page.input.cluster);
	return {
		title: "Clusters",
		note: shown(Math.min(SHOWN, all.length), all.length),
		found: all.slice(0, SHOWN).map(({ name, path, status }) => ({ title: name, about: CLUSTER[status].word, href: path })),
	};
}

export function createFinder(page: Page, signal: AbortSignal) {
	let names: Promise<Answer[]> | undefined;
	const namesOnce = () => {
		names ??= view(
			page,
			[
				{ kind: "taskStats", limit: NAMES },
				{ kind: "tasks", limit: NAMES },
				{ kind: "series", limit: NAMES },
			],
			signal,
		);
		// A failed request is not cached: the next key tries again.
		names.catch(() => {
			names = undefined;
		});
		return names;
	};
	/** @throws if the request fails */
	return async (words: string): Promise<Group[]> => {
		const [[workers, streams], [kinds, tasks, series], others] = (await Promise.all([
			view(
				page,
				[
					{ kind: "workers", filter: words, limit: SHOWN },
					{ kind: "streams", filter: words, limit: SHOWN },
				],
				signal,
			),
			namesOnce(),
			clusters(page, words, signal),
		])) as [[AnswerOf<"workers">, AnswerOf<"streams">], [AnswerOf<"taskStats">, AnswerOf<"tasks">, AnswerOf<"series">], Group];
		return [
			{
				title: "Workers",
				note: shown(workers.rows.length, workers.total),
				found: workers.rows.map(({ id, status }) => ({ title: id, about: status, href: page.links.worker(id) })),
			},
			{
				title: "Streams",
				note: shown(streams.rows.length, streams.total),
				found: streams.rows.map(({ id, status }) => ({ title: id, about: status, href: page.links.stream(id) })),
			},
			taskNames(page, words, kinds, tasks),
			metricNames(page, words, series),
			others,
		];
	};
}

/** Completed tasks of this name; of a name too long for the URL, all. */
const tasksNamed = (page: Page, name: string): string =>
	page.links.path("/tasks") + withChanges(carried(page.url.search()), { name: name.length > 200 ? undefined : name.toWellFormed() });

function taskNames(page: Page, words: string, kinds: AnswerOf<"taskStats">, tasks: AnswerOf<"tasks">): Group {
	const names = new Map<string, string>();
	for (const { name, failed } of kinds.rows) names.set(name, failed > 0 ? `${count(failed)} failed` : "");
	for (const { name } of tasks.rows) if (name !== undefined && !names.has(name)) names.set(name, "active");
	const all = [...names].filter(([name]) => matches(name, words));
	return {
		title: "Tasks by name",
		note: shown(Math.min(SHOWN, all.length), all.length) ?? searched(kinds.rows.length, kinds.total),
		found: all.slice(0, SHOWN).map(([name, about]) => ({ title: name, about, href: tasksNamed(page, name) })),
	};
}

/** The explorer with this series graphed; without it if the selector is too long for the URL. */
const graphOf = (page: Page, selector: string): string =>
	page.links.path("/metrics") +
	withChanges(carried(page.url.search()), { q: selector.length > SELECTOR ? undefined : selector.toWellFormed() });

function metricNames(page: Page, words: string, series: AnswerOf<"series">): Group {
	const all = series.rows.filter(({ name, labels }) => matches(seriesKey(name, labels), words));
	return {
		title: "Metrics",
		note: shown(Math.min(SHOWN, all.length), all.length) ?? searched(series.rows.length, series.total),
		found: all
			.slice(0, SHOWN)
			.map(({ name, labels, help }) => ({ title: seriesKey(name, labels), about: help, href: graphOf(page, seriesKey(name, labels)) })),
	};
}

const shown = (few: number, all: number): string | undefined => (few < all ? `${count(few)} of ${count(all)}` : undefined);
const searched = (few: number, all: number): string | undefined =>
	few < all ? `the first ${count(few)} of ${count(all)} searched` : undefined;
