/**
 * A column of whole numbers, |n| at most 2^50: first value, common divisor of what follows, and one of four ways to make it small.
 *
 * | form | numbers that are coded | good for |
 * |---|---|---|
 * | constant | none | what never changes: two or three bytes in all |
 * | value | value minus the lowest | noise around a level |
 * | delta | difference to the one before, zigzag | walks |
 * | rise | difference minus the lowest difference | counters |
 * | bend | difference of differences, zigzag | clocks and steady counters |
 *
 * The form with the lowest mean is taken: Rice codes cost the logarithm of it.
 */
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { readRice, writeRice } from "./rice.ts";

/** Numbers of the format; they only grow. */
const FORM = { constant: 0, value: 1, delta: 2, rise: 3, bend: 4 } as const;
type Form = (typeof FORM)[keyof typeof FORM];

/** The greatest a number may be: then every difference of differences, zigzagged, is exact in a double. */
export const MOST_INTEGER = 2 ** 50;

let coded = new Float64Array(2048);
const room = (count: number): void => {
	if (coded.length < count) coded = new Float64Array(count * 2);
};

/** Writes `count` numbers of `numbers`, which are changed on the way. */
export function writeIntegers(numbers: Float64Array, count: number, out: ByteWriter): void {
	room(count);
	const first = count > 0 ? (numbers[0] as number) : 0;
	const divisor = divide(numbers, count, first);
	if (divisor === 0) {
		out.byte(FORM.constant);
		out.signed(first);
		return;
	}
	const { form, base } = choose(numbers, count);
	out.byte(form);
	out.signed(first);
	out.varint(divisor);
	if (form !== FORM.delta) out.signed(base);
	writeRice(coded, transform(form, base, numbers, count), out);
}

/** Leaves (number - first) / divisor. @returns the greatest common divisor; 0: all are the same. */
function divide(numbers: Float64Array, count: number, first: number): number {
	let divisor = 0;
	for (let i = 0; i < count; i++) {
		const distance = (numbers[i] as number) - first;
		numbers[i] = distance;
		if (divisor !== 1 && distance !== 0) divisor = greatestCommonDivisor(divisor, Math.abs(distance));
	}
	if (divisor > 1) for (let i = 0; i < count; i++) numbers[i] = (numbers[i] as number) / divisor;
	return divisor;
}

function greatestCommonDivisor(a: number, b: number): number {
	let [high, low] = [a, b];
	while (low !== 0) [high, low] = [low, high % low];
	return high;
}

/** `base`: lowest value, lowest difference or first difference, as the form has it. */
function choose(numbers: Float64Array, count: number): { form: Form; base: number } {
	let lowest = 0;
	let total = 0;
	let lowestRise = Number.POSITIVE_INFINITY;
	let way = 0;
	let bends = 0;
	let before = 0;
	let riseBefore = count > 1 ? (numbers[1] as number) : 0;
	const firstRise = riseBefore;
	for (let i = 1; i < count; i++) {
		const value = numbers[i] as number;
		const rise = value - before;
		if (value < lowest) lowest = value;
		if (rise < lowestRise) lowestRise = rise;
		total += value;
		way += Math.abs(rise);
		bends += Math.abs(rise - riseBefore);
		before = value;
		riseBefore = rise;
	}
	let [form, cost, base]: [Form, number, number] = [FORM.value, total - lowest * count, lowest];
	if (2 * way < cost) [form, cost, base] = [FORM.delta, 2 * way, 0];
	const rises = before - lowestRise * (count - 1);
	if (rises < cost) [form, cost, base] = [FORM.rise, rises, lowestRise];
	if (2 * bends < cost) [form, base] = [FORM.bend, firstRise];
	return { form, base };
}

/** Fills `coded`. @returns how many there are. */
function transform(form: Form, base: number, numbers: Float64Array, count: number): number {
	if (form === FORM.value) {
		for (let i = 0; i < count; i++) coded[i] = (numbers[i] as number) - base;
		return count;
	}
	if (form === FORM.bend) {
		let rise = base;
		for (let i = 2; i < count; i++) {
			const next = (numbers[i] as number) - (numbers[i - 1] as number);
			coded[i - 2] = zigzag(next - rise);
			rise = next;
		}
		return Math.max(0, count - 2);
	}
	for (let i = 1; i < count; i++) {
		const rise = (numbers[i] as number) - (numbers[i - 1] as number);
		coded[i - 1] = form === FORM.rise ? rise - base : zigzag(rise);
	}
	return count - 1;
}

const zigzag = (n: number): number => (n < 0 ? -2 * n - 1 : 2 * n);
const unzigzag = (n: number): number => (n % 2 === 0 ? n / 2 : -(n + 1) / 2);

/** Fills `numbers` with `count` numbers. @throws RangeError on an unknown form. */
export function readIntegers(from: ByteReader, count: number, numbers: Float64Array): void {
	const form = from.byte();
	const first = from.signed();
	if (form === FORM.constant) {
		numbers.fill(first, 0, count);
		return;
	}
	if (form > FORM.bend) throw new RangeError(`unknown form ${form} of a column: the block is damaged, or of a newer version`);
	room(count);
	const divisor = from.varint();
	const base = form === FORM.delta ? 0 : from.signed();
	if (form === FORM.value) {
		readRice(from, count, coded);
		for (let i = 0; i < count; i++) numbers[i] = first + ((coded[i] as number) + base) * divisor;
		return;
	}
	numbers[0] = first;
	let value = 0;
	if (form === FORM.bend) {
		readRice(from, Math.max(0, count - 2), coded);
		let rise = base;
		for (let i = 1; i < count; i++) {
			if (i > 1) rise += unzigzag(coded[i - 2] as number);
			value += rise;
			numbers[i] = first + value * divisor;
		}
		return;
	}
	readRice(from, count - 1, coded);
	for (let i = 1; i < count; i++) {
		const u = coded[i - 1] as number;
		value += form === FORM.rise ? u + base : unzigzag(u);
		numbers[i] = first + value * divisor;
	}
}
