/**
 * Doubles as short decimals: what people and programs report mostly has a few digits after the point, and 45.2 is 452 tenths.
 * A value counts as a decimal only if the division gives the same double back, bit for bit.
 */
import { MOST_INTEGER } from "../../../colony-bridge/protocol/codec/integers.ts";

export const MOST_DIGITS = 12;
const POWER = Array.from({ length: MOST_DIGITS + 1 }, (_, digits) => 10 ** digits);

export interface Decimals {
	/** Digits after the point, the same for all. */
	digits: number;
	/** Places whose value is no such decimal; `scaled` has the one before in its place. */
	exceptions: number[];
}

/**
 * Fills `scaled` with value * 10^digits.
 * @param patience how many exceptions are still worth it.
 * @returns undefined where there are more.
 */
export function toDecimals(values: Float64Array, count: number, scaled: Float64Array, patience: number): Decimals | undefined {
	const exceptions: number[] = [];
	let digits = 0;
	for (let i = 0; i < count; i++) {
		const value = values[i] as number;
		let power = POWER[digits] as number;
		let whole = Math.round(value * power);
		if (whole / power === value && Math.abs(whole) <= MOST_INTEGER && !(whole === 0 && Object.is(value, -0))) {
			scaled[i] = whole;
			continue;
		}
		const more = digitsOf(value, digits + 1);
		if (more === undefined || !rescale(scaled, i, more - digits)) {
			if (exceptions.push(i) > patience) return undefined;
			scaled[i] = i === 0 ? 0 : (scaled[i - 1] as number);
			continue;
		}
		digits = more;
		power = POWER[digits] as number;
		whole = Math.round(value * power);
		scaled[i] = whole;
	}
	return { digits, exceptions };
}

/** @returns how many digits the value needs, at least `from`; undefined: too many. */
function digitsOf(value: number, from: number): number | undefined {
	if (Object.is(value, -0)) return undefined;
	for (let digits = from; digits <= MOST_DIGITS; digits++) {
		const whole = Math.round(value * (POWER[digits] as number));
		if (Math.abs(whole) > MOST_INTEGER) return undefined;
		if (whole / (POWER[digits] as number) === value) return digits;
	}
	return undefined;
}

/** Gives the first `count` numbers more digits. @returns false, and nothing is changed, where one would become too great. */
function rescale(scaled: Float64Array, count: number, digits: number): boolean {
	const power = POWER[digits] as number;
	for (let i = 0; i < count; i++) if (Math.abs(scaled[i] as number) * power > MOST_INTEGER) return false;
	for (let i = 0; i < count; i++) scaled[i] = (scaled[i] as number) * power;
	return true;
}

/** Turns whole numbers back into the values, in place. */
export function fromDecimals(numbers: Float64Array, count: number, digits: number): void {
	if (digits === 0) return;
	const power = POWER[digits];
	if (power === undefined) throw new RangeError(`${digits} digits after the point: the block is damaged, or of a newer version`);
	for (let i = 0; i < count; i++) numbers[i] = (numbers[i] as number) / power;
}
