/**
 * Columns of text. What repeats is a dictionary and numbers into it; ids that count up are a stem and a number.
 *
 * A list of texts is its length in bytes and JSON: half of a character and control characters come back as they were.
 */
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { readIntegers, writeIntegers } from "./integers.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function writeList(texts: readonly string[], out: ByteWriter): void {
	const bytes = encoder.encode(JSON.stringify(texts));
	out.varint(bytes.length);
	out.append(bytes);
}

export function readList(from: ByteReader): string[] {
	return JSON.parse(decoder.decode(from.take(from.varint()))) as string[];
}

/** Texts as they are met, each once. */
export class Dictionary {
	readonly #numbers = new Map<string, number>();
	readonly texts: string[] = [];

	/** @returns the text's place, counted from 1; 0: there is none. */
	place(text: string | undefined): number {
		if (text === undefined) return 0;
		let place = this.#numbers.get(text);
		if (place === undefined) {
			place = this.texts.push(text);
			this.#numbers.set(text, place);
		}
		return place;
	}
}

/** At most 15 digits: a whole number in a double. Not with a zero before it: it would be lost. */
const NUMBERED = /^(.*?)(0|[1-9]\d{0,14})$/s;
const FORM = { list: 0, numbered: 1 } as const;
/** Stems that repeat less than this are no better than the texts. */
const REPEATS = 4;

/** Ids: `task-17`, `task-18`, … cost next to nothing, others what they are. */
export function writeIds(ids: readonly string[], out: ByteWriter): void {
	const stems = new Dictionary();
	const places = new Float64Array(ids.length);
	const numbers = new Float64Array(ids.length);
	let numbered = true;
	for (const [i, id] of ids.entries()) {
		const [, stem, digits] = NUMBERED.exec(id) ?? [];
		if (stem === undefined || Number(digits) > 2 ** 49) numbered = false;
		if (!numbered) break;
		places[i] = stems.place(stem);
		numbers[i] = Number(digits);
	}
	if (!numbered || stems.texts.length * REPEATS > ids.length) {
		out.byte(FORM.list);
		writeList(ids, out);
		return;
	}
	out.byte(FORM.numbered);
	writeList(stems.texts, out);
	writeIntegers(places, ids.length, out);
	writeIntegers(numbers, ids.length, out);
}

/** @throws RangeError on an unknown form. */
export function readIds(from: ByteReader, count: number): string[] {
	const form = from.byte();
	if (form === FORM.list) return readList(from);
	if (form !== FORM.numbered) throw new RangeError(`unknown form ${form} of ids: the block is damaged, or of a newer version`);
	const stems = readList(from);
	const places = new Float64Array(count);
	readIntegers(from, count, places);
	const numbers = new Float64Array(count);
	readIntegers(from, count, numbers);
	return Array.from(places, (place, i) => `${stems[place - 1]}${numbers[i]}`);
}
