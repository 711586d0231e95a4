/** Functions that see the instants of a query: of time, between scalars and vectors, of what is absent, with bounds that change. */
import { type Call, Labels, type Series, type Value, type WholeFunction } from "../values.ts";

const scalar = (values: Float64Array): Value => ({ type: "scalar", values });
const vector = (series: readonly Series[]): Value => ({ type: "vector", series });

/** A scalar argument. */
export const numbers = ({ args, name }: Call, n: number): Float64Array => {
	const value = args[n];
	if (value?.type !== "scalar") throw new Error(`argument ${n + 1} of ${name} is no scalar`);
	return value.values;
};
/** A vector argument. */
export const seriesOf = ({ args, name }: Call, n: number): readonly Series[] => {
	const value = args[n];
	if (value?.type !== "vector") throw new Error(`argument ${n + 1} of ${name} is no vector`);
	return value.series;
};
/** A string argument. */
export const textOf = ({ args, name }: Call, n: number): string => {
	const value = args[n];
	if (value?.type !== "string") throw new Error(`argument ${n + 1} of ${name} is no string`);
	return value.text;
};

/** @param compute undefined: no value */
export function eachValue(series: readonly Series[], compute: (value: number, step: number) => number | undefined): Value {
	return vector(
		series.map(({ labels, values, present }) => {
			const [computed, has] = [new Float64Array(values.length), new Uint8Array(values.length)];
			for (let step = 0; step < values.length; step++) {
				const value = present[step] ? compute(values[step] as number, step) : undefined;
				if (value === undefined) continue;
				computed[step] = value;
				has[step] = 1;
			}
			return { labels, values: computed, present: has, dropName: true };
		}),
	);
}

const perStep = ({ steps }: Call, compute: (step: number) => number): Float64Array =>
	Float64Array.from({ length: steps.count }, (_, step) => compute(step));

const secondsAt = ({ steps }: Call, step: number): number => (steps.start + step * steps.step) / 1000;

export const time: WholeFunction = (call) => scalar(perStep(call, (step) => secondsAt(call, step)));
export const pi: WholeFunction = (call) => scalar(perStep(call, () => Math.PI));

export const toVector: WholeFunction = (call) => {
	const values = numbers(call, 0);
	return vector([{ labels: Labels.none, values, present: new Uint8Array(values.length).fill(1), dropName: false }]);
};

/** The value of a vector that has one; else NaN. */
export const toScalar: WholeFunction = (call) => {
	const series = seriesOf(call, 0);
	const found = new Uint8Array(call.steps.count);
	const values = new Float64Array(call.steps.count).fill(Number.NaN);
	for (const { values: own, present } of series) {
		for (let step = 0; step < values.length; step++) {
			if (!present[step]) continue;
			values[step] = found[step] ? Number.NaN : (own[step] as number);
			found[step] = 1;
		}
	}
	return scalar(values);
};

/** 1 where no series has a value. */
export const absent: WholeFunction = (call) => {
	const present = new Uint8Array(call.steps.count).fill(1);
	for (const { present: own } of seriesOf(call, 0)) for (let step = 0; step < present.length; step++) if (own[step]) present[step] = 0;
	const values = new Float64Array(call.steps.count).fill(1);
	return vector(present.includes(1) ? [{ labels: call.absentLabels(0), values, present, dropName: true }] : []);
};

/** Go's: an infinity wins over NaN. */
const larger = (a: number, b: number): number =>
	a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b);
const smaller = (a: number, b: number): number => -larger(-a, -b);

export const maxOf: WholeFunction = (call) =>
	scalar(perStep(call, (step) => larger(numbers(call, 0)[step] as number, numbers(call, 1)[step] as number)));
export const minOf: WholeFunction = (call) =>
	scalar(perStep(call, (step) => smaller(numbers(call, 0)[step] as number, numbers(call, 1)[step] as number)));

/** No value where the bounds are the wrong way round. */
const clamped = (call: Call, lowest: (step: number) => number, highest: (step: number) => number): Value =>
	eachValue(seriesOf(call, 0), (value, step) => {
		const [low, high] = [lowest(step), highest(step)];
		return high < low ? undefined : larger(low, smaller(high, value));
	});

export const clamp: WholeFunction = (call) => {
	const [low, high] = [numbers(call, 1), numbers(call, 2)];
	return clamped(
		call,
		(step) => low[step] as number,
		(step) => high[step] as number,
	);
};
export const clampMin: WholeFunction = (call) => {
	const low = numbers(call, 1);
	return clamped(
		call,
		(step) => low[step] as number,
		() => Number.POSITIVE_INFINITY,
	);
};
export const clampMax: WholeFunction = (call) => {
	const high = numbers(call, 1);
	return clamped(
		call,
		() => Number.NEGATIVE_INFINITY,
		(step) => high[step] as number,
	);
};
