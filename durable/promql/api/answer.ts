/** Answers to the requests of Prometheus' HTTP API, from the history of one cluster and the dashboard's own numbers. */

import { parse, parseSelector } from "../../../colony-bridge/protocol/promql/parse.ts";
import { ParseError } from "../../../colony-bridge/protocol/promql/parse-error.ts";
import { pretty } from "../../../colony-bridge/protocol/promql/pretty.ts";
import type { Matcher } from "../../../colony-bridge/protocol/promql/terms.ts";
import type { SeriesSource } from "../../history/query/target.ts";
import type { OwnMetric } from "../../meter/meter.ts";
import type { OwnSeries } from "../../meter/own-history.ts";
import { BUDGET, bounded } from "../../work/budget.ts";
import { Toll, type Work } from "../../work/work.ts";
import { type Options, STOCK } from "../evaluate/options.ts";
import { matching } from "../history/matching.ts";
import { ownLabels } from "../history/own-source.ts";
import { SeriesIndex } from "../history/series-index.ts";
import { patienceOf } from "../history/staleness.ts";
import type { Labels } from "../labels.ts";
import { QueryError } from "../values.ts";
import type { ErrorType, Found, PromqlAnswer, PromqlAsk } from "./ask.ts";
import { type Catalogued, labelNamesOf, labelsFound, labelValuesOf, metadataOf } from "./catalogue.ts";
import { evaluated, QueryTimeout } from "./evaluated.ts";
import { exposition, LOOK_BACK_MS, type Newest } from "./exposition.ts";
import { failure, success } from "./response.ts";
import { treeOf } from "./tree.ts";

/** The moment of a request. */
export interface Moment {
	/** ms since 1970. */
	now(): number;
	/** The dashboard's own numbers: as they are, and over the last hour. */
	own: readonly OwnMetric[];
	ownSeries: readonly OwnSeries[];
}

const TRUNCATED = "results truncated due to limit";

export class Promql {
	readonly #series: SeriesSource;
	readonly index: SeriesIndex;
	readonly options: Options;

	constructor(series: SeriesSource, options: Options = STOCK) {
		this.options = options;
		this.#series = series;
		this.index = new SeriesIndex(series.dictionary);
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.index.bytes;
	}

	letGo(): void {
		this.index.letGo();
	}

	/** A fault of the request or the query is an answer, too. */
	*answer(ask: PromqlAsk, moment: Moment): Work<PromqlAnswer> {
		try {
			const text = "query" in ask ? ask.query.slice(0, 200) : ask.kind;
			const body = yield* bounded(this.#answer(ask, moment), BUDGET.query, () => tooHeavy(text));
			return { body };
		} catch (error) {
			const failed = failedBy(error);
			if (!failed) throw error;
			return { failed: failed.type, body: failure(failed.type, failed.text) };
		}
	}

	*#answer(ask: PromqlAsk, moment: Moment): Work<Uint8Array> {
		switch (ask.kind) {
			case "query":
			case "query_range":
				return yield* evaluated(ask, { series: this.#series, index: this.index, options: this.options, ...moment });
			case "series":
				return yield* this.#found(ask, moment, function* (labels) {
					const toll = new Toll();
					const texts: string[] = [];
					for (const one of labels) {
						texts.push(JSON.stringify(Object.fromEntries(one.pairs())));
						if (toll.due(20)) yield toll.taken();
					}
					return texts;
				});
			case "labels":
				return yield* this.#found(ask, moment, function* (labels) {
					return (yield* labelNamesOf(labels)).map((name) => JSON.stringify(name));
				});
			case "values":
				return yield* this.#found(ask, moment, function* (labels) {
					return (yield* labelValuesOf(ask.label, labels)).map((value) => JSON.stringify(value));
				});
			case "metadata": {
				const own = new Map(moment.own.map(({ name, type, help }) => [name, { type, help, unit: "" }]));
				return success(JSON.stringify(yield* metadataOf({ series: this.#series }, own, ask)));
			}
			case "exemplars":
				parse(ask.query);
				return success("[]");
			case "format":
				return success(JSON.stringify(pretty(parse(ask.query))));
			case "parse":
				return success(JSON.stringify(treeOf(parse(ask.query))));
			case "federate":
				return yield* this.#exposed(ask, moment);
			case "exposition":
				return yield* this.#exposed({ ...ask, matches: undefined }, moment);
		}
	}

	/** A list about the series found, as JSON; cut where a limit is given. */
	*#found(ask: Found, { ownSeries }: Moment, listed: (labels: Labels[]) => Work<string[]>): Work<Uint8Array> {
		const selectors = selectorsOf(ask.matches);
		const catalogued: Catalogued = { series: this.#series, index: this.index, own: ownSeries.map(ownLabels) };
		const found = yield* labelsFound(catalogued, selectors, anyOf(selectors), ask);
		const entries = yield* listed(found);
		const cut = ask.limit > 0 && entries.length > ask.limit;
		return success(`[${(cut ? entries.slice(0, ask.limit) : entries).join(",")}]`, cut ? [TRUNCATED] : []);
	}

	/** @param matches absent: all. */
	*#exposed({ matches, openMetrics }: { matches: string[] | undefined; openMetrics: boolean }, moment: Moment): Work<Uint8Array> {
		const selectors = matches && selectorsOf(matches);
		const isMeant = selectors ? (selectors.length === 0 ? () => false : anyOf(selectors)) : () => true;
		const now = moment.now();
		const toll = new Toll();
		const newest: Newest[] = [];
		for (const number of [...this.#series.active.all()]) {
			if (toll.due(5)) yield toll.taken();
			const sample = this.#series.active.latest(number);
			if (!sample || now - sample.at > LOOK_BACK_MS || now - sample.at > patienceOf(() => this.#series.cadence(number), now - sample.at))
				continue;
			const labels = this.index.labels(number);
			if (isMeant(labels)) newest.push({ number, labels, ...sample });
		}
		const own = moment.own.map((metric) => ({
			...metric,
			samples: metric.samples.filter(({ labels }) => isMeant(ownLabels({ name: metric.name, labels }))),
		}));
		const told = own.filter(({ samples }) => samples.length > 0);
		return new TextEncoder().encode(yield* exposition(newest, this.#series, told, openMetrics));
	}
}

const anyOf = (selectors: readonly (readonly Matcher[])[]): ((labels: Labels) => boolean) => {
	const matches = selectors.map(matching);
	return matches.length === 0 ? () => true : (labels) => matches.some((each) => each(labels));
};

/** @throws BadRequest, ParseError */
function selectorsOf(matches: readonly string[]): Matcher[][] {
	return matches.map((text) => parseSelector(text));
}

function failedBy(error: unknown): { type: ErrorType; text: string } | undefined {
	if (error instanceof QueryTimeout) return { type: "timeout", text: error.message };
	if (error instanceof ParseError) return { type: "bad_data", text: `invalid parameter "query": ${error.message}` };
	return error instanceof QueryError ? { type: "execution", text: error.message } : undefined;
}

const tooHeavy = (query: string): string =>
	`${query} takes more work than one query may, that of reading ${BUDGET.query / 1e6} million samples: ask for a shorter time, fewer series or a longer step`;
