/** `info`: labels of info metrics, such as `target_info`, on the series of the same instance and job. */
import { RE2JS } from "re2js";
import { type Matches, matcherOf } from "../../../colony-bridge/protocol/promql/matcher.ts";
import { Toll, type Work } from "../../work/work.ts";
import { type Call, Labels, type Matcher, METRIC_NAME, QueryError, type Series, type Value, type WholeFunction } from "../values.ts";
import { seriesOf } from "./instants.ts";

const IDENTIFYING = ["instance", "job"];
const TARGET_INFO: Matcher = { name: METRIC_NAME, type: "=", value: "target_info" };
const ANY_INFO: Matcher = { name: METRIC_NAME, type: "=~", value: ".+_info" };

export const info: WholeFunction = function* (call): Work<Value> {
	const matchers = call.args.length > 1 ? call.matchers(1) : [];
	const names = infoNames(matchers.filter(({ name }) => name === METRIC_NAME));
	const data = matchers.filter(({ name }) => name !== METRIC_NAME);
	const isInfo = testOf(names);
	const base = seriesOf(call, 0);
	const plain = base.filter(({ labels }) => !isInfo(labels.metric));
	const infos = yield* infoSeries(call, plain, [...data, ...names]);
	const [wanted, required] = [new Set(data.map(({ name }) => name)), !data.every((matcher) => testOf([matcher])(""))];
	const out = new Enriched(call);
	const toll = new Toll();
	for (const series of base) {
		if (isInfo(series.labels.metric)) {
			out.take(series);
			continue;
		}
		const candidates = IDENTIFYING.some((name) => series.labels.get(name)) ? infos.get(identityOf(series.labels)) : undefined;
		if (!candidates) {
			if (!required) out.take(series);
			continue;
		}
		for (let step = 0; step < call.steps.count; step++) {
			if (!series.present[step]) continue;
			const chosen = newest(call, candidates, step);
			if (chosen.length > 0) out.put(series, step, withLabels(call, series.labels, chosen, wanted));
			else if (!required) out.put(series, step, series.labels);
			if (toll.due(1 + candidates.length)) yield toll.taken();
		}
	}
	return { type: "vector", series: out.series() };
};

/** `target_info` where nothing is said; names that are only excluded are excluded from all that end in `_info`. */
function infoNames(matchers: readonly Matcher[]): readonly Matcher[] {
	if (matchers.length === 0) return [TARGET_INFO];
	return matchers.some(({ type }) => type === "=" || type === "=~") ? matchers : [ANY_INFO, ...matchers];
}

function testOf(matchers: readonly Matcher[]): Matches {
	const tests = matchers.map((matcher) => {
		const test = matcherOf(matcher);
		if ("wrong" in test) throw new QueryError(test.wrong);
		return test.matches;
	});
	return (value) => tests.every((test) => test(value));
}

/** @returns info series by what identifies their target; their values are the instants of their samples */
function* infoSeries(call: Call, base: readonly Series[], matchers: readonly Matcher[]): Work<Map<string, Series[]>> {
	const byTarget = new Map<string, Series[]>();
	const identifying = IDENTIFYING.flatMap((name): Matcher[] => {
		const values = new Set(base.map(({ labels }) => labels.get(name)).filter((value) => value !== ""));
		return values.size === 0 ? [] : [{ name, type: "=~", value: [...values].map((value) => RE2JS.quote(value)).join("|") }];
	});
	if (identifying.length === 0) return byTarget;
	for (const series of yield* call.select([...identifying, ...matchers], "times")) {
		const target = identityOf(series.labels);
		const known = byTarget.get(target);
		if (known) known.push(series);
		else byTarget.set(target, [series]);
	}
	return byTarget;
}

const identityOf = (labels: Labels): string => JSON.stringify(IDENTIFYING.map((name) => labels.get(name)));

/** For each info metric the series with the newest sample. */
function newest(call: Call, candidates: readonly Series[], step: number): Series[] {
	const chosen = new Map<string, Series>();
	for (const series of candidates) {
		if (!series.present[step]) continue;
		const { metric } = series.labels;
		const known = chosen.get(metric);
		const [time, knownTime] = [series.values[step] as number, known?.values[step] as number];
		if (known && time === knownTime)
			call.fail(`found duplicate series for info metric: existing ${known.labels} @ ${knownTime}, new ${series.labels} @ ${time}`);
		if (!known || time > knownTime) chosen.set(metric, series);
	}
	return [...chosen.values()];
}

/** @param wanted empty: all. Labels that the series has itself stay as they are */
function withLabels(call: Call, own: Labels, infos: readonly Series[], wanted: ReadonlySet<string>): Labels {
	const added = new Map<string, string>();
	for (const { labels } of infos) {
		for (const [name, value] of labels.pairs()) {
			if (name === METRIC_NAME || (wanted.size > 0 && !wanted.has(name))) continue;
			if ((added.get(name) ?? value) !== value) call.fail(`conflicting label: ${name}`);
			if (own.get(name) === "") added.set(name, value);
		}
	}
	return added.size === 0 ? own : Labels.of([...own.pairs(), ...added]);
}

/** Series whose labels change from step to step, each in the series it belongs to at that step. */
class Enriched {
	readonly #call: Call;
	readonly #series = new Map<string, Series>();

	constructor(call: Call) {
		this.#call = call;
	}

	take(series: Series): void {
		for (let step = 0; step < series.values.length; step++) if (series.present[step]) this.put(series, step, series.labels);
	}

	put({ values, dropName }: Series, step: number, labels: Labels): void {
		let into = this.#series.get(labels.key);
		if (!into) {
			into = { labels, values: new Float64Array(values.length), present: new Uint8Array(values.length), dropName };
			this.#series.set(labels.key, into);
		}
		if (into.present[step]) this.#call.fail("vector cannot contain metrics with the same labelset");
		into.values[step] = values[step] as number;
		into.present[step] = 1;
	}

	series(): Series[] {
		return [...this.#series.values()];
	}
}
