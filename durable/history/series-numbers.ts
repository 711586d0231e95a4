/** The series of a block, ascending, as the distances between their numbers. */
import type { ByteReader, ByteWriter } from "../../colony-bridge/protocol/codec/bytes.ts";

export function writeNumbers(numbers: readonly number[], out: ByteWriter): void {
	out.varint(numbers.length);
	let before = 0;
	for (const number of numbers) {
		out.varint(number - before);
		before = number;
	}
}

export function readNumbers(from: ByteReader): Uint32Array {
	const numbers = new Uint32Array(from.varint());
	let number = 0;
	for (let i = 0; i < numbers.length; i++) {
		number += from.varint();
		numbers[i] = number;
	}
	return numbers;
}

/** Place of the first number that is no lower than `number`. */
export function placeOf(numbers: ArrayLike<number>, number: number): number {
	let low = 0;
	let high = numbers.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((numbers[middle] as number) < number) low = middle + 1;
		else high = middle;
	}
	return low;
}
