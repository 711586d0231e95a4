/**
 * JSON written as bytes: of an answer with many samples the text is never made as a string, nor copied between Worker and object. Numbers and
 * instants, which are most of it, take a tenth of the time of `JSON.stringify`.
 */

/** Digits after the point that are looked for; a number with more, or of more than 15 digits, is written as `String` writes it. */
const MOST_DIGITS = 12;
const FEW_DIGITS = 3;
const POWER = Array.from({ length: MOST_DIGITS + 1 }, (_, digits) => 10 ** digits);
const MOST_WHOLE = 1e15;
/** Digits that fit in 32 bits. */
const HALF_DIGITS = 9;
const HALF = 1e9;
/** Smaller ones are written with an exponent. */
const LEAST = 1e-6;
const LEAST_ROOM = 1024;
/** The most that a number or an instant takes. */
const MOST_BYTES = 40;

const DAY_MS = 86_400_000;
const [ZERO, MINUS, POINT, QUOTE, COLON, Z] = Array.from('0-.":Z', (character) => character.charCodeAt(0)) as [
	number,
	number,
	number,
	number,
	number,
	number,
];

const encoder = new TextEncoder();
/** Digits of one number, filled from the end. */
const scratch = new Uint8Array(MOST_BYTES);

/** A text as a piece that is written often. */
export const piece = (json: string): Uint8Array => encoder.encode(json);

export class JsonBytes {
	#bytes: Uint8Array<ArrayBuffer>;
	#length = 0;
	/** Digits after the point of the number before, -1: too many. The next one of a series mostly has as many. */
	#digits = 0;
	/** The day of the instant before, and the bytes `2024-01-15T`. */
	#day = Number.NaN;
	#dayBytes: Uint8Array = new Uint8Array();

	/** @param room bytes that will do, mostly. */
	constructor(room = 0) {
		this.#bytes = new Uint8Array(Math.max(room, LEAST_ROOM));
	}

	/** A piece of JSON, as it stands. */
	piece(piece: Uint8Array): this {
		this.#room(piece.length);
		const bytes = this.#bytes;
		let place = this.#length;
		// Most have a few bytes: for those a call of `set` takes longer.
		for (let i = 0; i < piece.length; i++) bytes[place++] = piece[i] as number;
		this.#length = place;
		return this;
	}

	/** A piece of JSON that is not written often. */
	text(json: string): this {
		this.#room(json.length * 3);
		this.#length += encoder.encodeInto(json, this.#bytes.subarray(this.#length)).written;
		return this;
	}

	/** A value of any kind, as `JSON.stringify` writes it. */
	value(value: unknown): this {
		return this.text(JSON.stringify(value));
	}

	/** The text of `JSON.stringify`: what is no number is `null`. */
	number(value: number): this {
		const size = Math.abs(value);
		if (!(size >= LEAST && size < MOST_WHOLE)) return this.#ascii(value === 0 ? "0" : Number.isFinite(value) ? String(value) : "null");
		let digits = this.#digits;
		if (digits < 0 || !isDecimal(size, digits)) {
			// After one that has many, others mostly have many, too.
			digits = digitsOf(size, digits < 0 ? FEW_DIGITS : MOST_DIGITS);
			this.#digits = digits;
			if (digits < 0) return this.#ascii(String(value));
		}
		this.#room(MOST_BYTES);
		if (value < 0) this.#bytes[this.#length++] = MINUS;
		this.#decimal(Math.round(size * (POWER[digits] as number)), digits);
		return this;
	}

	#ascii(text: string): this {
		this.#room(text.length);
		const bytes = this.#bytes;
		let place = this.#length;
		for (let i = 0; i < text.length; i++) bytes[place++] = text.charCodeAt(i);
		this.#length = place;
		return this;
	}

	/** An instant, ms since 1970, as text: ISO 8601 in UTC, with milliseconds only where there are some. */
	instant(at: number): this {
		const day = Math.floor(at / DAY_MS);
		if (day !== this.#day) {
			this.#day = day;
			this.#dayBytes = encoder.encode(new Date(day * DAY_MS).toISOString().slice(0, -13));
		}
		this.#room(MOST_BYTES);
		const bytes = this.#bytes;
		const date = this.#dayBytes;
		const ms = Math.floor(at - day * DAY_MS);
		const second = (ms / 1000) | 0;
		const minute = (second / 60) | 0;
		let place = this.#length;
		bytes[place++] = QUOTE;
		for (let i = 0; i < date.length; i++) bytes[place++] = date[i] as number;
		place = twoDigits(bytes, place, (minute / 60) | 0);
		bytes[place++] = COLON;
		place = twoDigits(bytes, place, minute % 60);
		bytes[place++] = COLON;
		place = twoDigits(bytes, place, second % 60);
		const rest = ms - second * 1000;
		if (rest > 0) {
			bytes[place++] = POINT;
			bytes[place++] = ZERO + ((rest / 100) | 0);
			place = twoDigits(bytes, place, rest % 100);
		}
		bytes[place++] = Z;
		bytes[place++] = QUOTE;
		this.#length = place;
		return this;
	}

	/** An instant, ms since 1970, as a number of seconds: `1705312800.25`. */
	seconds(at: number): this {
		return this.number(at / 1000);
	}

	/** All that was written; nothing may be written after it. What is sent to another isolate is sent with the whole of its buffer, so little of that is left. */
	take(): Uint8Array<ArrayBuffer> {
		const bytes = this.#bytes.subarray(0, this.#length);
		return this.#length * 1.25 < this.#bytes.length ? bytes.slice() : bytes;
	}

	/** Writes whole / 10^digits, without zeros at the end. */
	#decimal(whole: number, digits: number): void {
		// Whole numbers of 32 bits are divided much faster than doubles.
		const high = whole < HALF ? 0 : Math.floor(whole / HALF);
		let rest = (whole - high * HALF) | 0;
		let place = MOST_BYTES;
		let ended = digits === 0;
		for (let i = 0; ; i++) {
			if (i === HALF_DIGITS) rest = high | 0;
			if (i === digits && place < MOST_BYTES) scratch[--place] = POINT;
			if (rest === 0 && i > digits && (high === 0 || i >= HALF_DIGITS)) break;
			const next = (rest / 10) | 0;
			const digit = (rest - next * 10) | 0;
			ended ||= digit !== 0 || i === digits;
			if (ended) scratch[--place] = ZERO + digit;
			rest = next;
		}
		const bytes = this.#bytes;
		let to = this.#length;
		for (let i = place; i < MOST_BYTES; i++) bytes[to++] = scratch[i] as number;
		this.#length = to;
	}

	#room(more: number): void {
		if (this.#length + more <= this.#bytes.length) return;
		const bytes = new Uint8Array(Math.max(this.#length + more, this.#bytes.length * 2));
		bytes.set(this.#bytes.subarray(0, this.#length));
		this.#bytes = bytes;
	}
}

/** True if a positive number has no more digits after the point. Decimals of 15 digits are all different doubles, so it has no other text. */
function isDecimal(size: number, digits: number): boolean {
	const power = POWER[digits] as number;
	const whole = Math.round(size * power);
	return whole / power === size && whole < MOST_WHOLE;
}

/** Digits after the point that a positive number needs; -1: more than `most`. */
function digitsOf(size: number, most: number): number {
	let digits = 0;
	while (digits <= most && !isDecimal(size, digits)) digits++;
	return digits <= most ? digits : -1;
}

function twoDigits(bytes: Uint8Array, place: number, number: number): number {
	const tens = (number / 10) | 0;
	bytes[place] = ZERO + tens;
	bytes[place + 1] = ZERO + number - tens * 10;
	return place + 2;
}
