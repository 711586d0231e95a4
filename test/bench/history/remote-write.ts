/**
 * Prometheus' remote write 1.0: a protobuf `WriteRequest` in a Snappy block. The block holds literals only, which Snappy allows: what is
 * measured is not its compression.
 */
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";

export interface Stretch {
	/** ms, ascending. */
	at: number[];
	/** A list of values for each instant, a value a series. */
	values: number[][];
}

export function writeRequest(definitions: readonly SeriesDefinition[], { at, values }: Stretch): Buffer {
	return snappy(
		Buffer.concat(
			definitions.map(({ name, labels = {} }, series) => {
				const pairs = Object.entries({ ...labels, __name__: name }).sort(([a], [b]) => (a < b ? -1 : 1));
				const named = pairs.map(([label, value]) => field(1, Buffer.concat([field(1, Buffer.from(label)), field(2, Buffer.from(value))])));
				const samples = at.map((instant, i) => field(2, sample(instant, values[i]?.[series] as number)));
				return field(1, Buffer.concat([...named, ...samples]));
			}),
		),
	);
}

function sample(at: number, value: number): Buffer {
	const double = Buffer.alloc(9);
	double[0] = (1 << 3) | 1;
	double.writeDoubleLE(value, 1);
	return Buffer.concat([double, Buffer.from([2 << 3]), varint(at)]);
}

function field(number: number, bytes: Buffer): Buffer {
	return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
	const bytes: number[] = [];
	let rest = value;
	for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
	return Buffer.from([...bytes, rest]);
}

const LITERAL = 65_536;

function snappy(bytes: Buffer): Buffer {
	const parts = [varint(bytes.length)];
	for (let from = 0; from < bytes.length; from += LITERAL) {
		const literal = bytes.subarray(from, from + LITERAL);
		const last = literal.length - 1;
		// A literal whose length, less one, stands in the two bytes that follow.
		parts.push(Buffer.from([61 << 2, last & 255, last >> 8]), literal);
	}
	return Buffer.concat(parts);
}
