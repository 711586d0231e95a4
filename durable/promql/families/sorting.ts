/** The order of an instant query's answer: `sort`, `sort_desc`, `sort_by_label`, `sort_by_label_desc`. */
import type { Call, Labels, Series, Value, WholeFunction } from "../values.ts";
import { seriesOf, textOf } from "./instants.ts";

/** NaN comes last either way. */
const byValue =
	(sign: 1 | -1): WholeFunction =>
	(call) =>
		sorted(call, ({ values: [a = Number.NaN] }, { values: [b = Number.NaN] }) =>
			Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : sign * (a - b) || 0,
		);

/** By the labels named, and by all where these are equal. */
const byLabel =
	(sign: 1 | -1): WholeFunction =>
	(call) => {
		const names = call.args.slice(1).map((_, i) => textOf(call, i + 1));
		return sorted(call, ({ labels: a }, { labels: b }) => {
			for (const name of names) {
				const order = compareNaturally(a.get(name), b.get(name));
				if (order !== 0) return sign * order;
			}
			return sign * compareLabels(a, b);
		});
	};

export const sort = byValue(1);
export const sortDescending = byValue(-1);
export const sortByLabel = byLabel(1);
export const sortByLabelDescending = byLabel(-1);

function sorted(call: Call, compare: (a: Series, b: Series) => number): Value {
	const series = seriesOf(call, 0);
	if (call.steps.count > 1) {
		call.notes.warn("sort is ineffective for range queries since results are always ordered by labels", -1);
		return { type: "vector", series };
	}
	return { type: "vector", series: series.filter(({ present }) => present[0]).sort(compare) };
}

const parts = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];

/** Numbers in texts by their value: `web-9` is before `web-10`. */
function compareNaturally(a: string, b: string): number {
	const [left, right] = [parts(a), parts(b)];
	for (let i = 0; i < left.length && i < right.length; i++) {
		const [one, other] = [left[i] as string, right[i] as string];
		const order = /^\d/.test(one) && /^\d/.test(other) ? Number(one) - Number(other) : compareText(one, other);
		if (order !== 0) return order;
	}
	return left.length - right.length || compareText(a, b);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareLabels({ flat: a }: Labels, { flat: b }: Labels): number {
	for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return compareText(a[i] as string, b[i] as string);
	return a.length - b.length;
}
