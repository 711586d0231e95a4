/**
 * Common starts and ends of the names of a list, such as `ams-2/worker-` and `.eu-west-1.internal`. Where space is short
 * these are cut first: the part between them tells names apart.
 */
export interface SharedEnds {
	start: string;
	end: string;
}

const commonStart = (a: string, b: string): string => {
	let length = 0;
	while (length < a.length && a[length] === b[length]) length++;
	return a.slice(0, length);
};
const commonEnd = (a: string, b: string): string => {
	let length = 0;
	while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
	return a.slice(a.length - length);
};

/** @param before of earlier names of the list, which count too: a name that goes changes nothing */
export function sharedEnds(names: Iterable<string>, before?: SharedEnds): SharedEnds | undefined {
	let found = before;
	for (const name of names) {
		if (!found) found = { start: name, end: name };
		else if (!name.startsWith(found.start) || !name.endsWith(found.end))
			found = { start: commonStart(found.start, name), end: commonEnd(found.end, name) };
	}
	return found;
}

/** Characters of a name's end that are never cut, and the minimum length of a cut part. */
const TAIL = 7;
const PARTED = 10;
/** Minimum length of a shared part. */
const SHARED = 4;
/** Shorter names have room everywhere. In parts, a name is read out with pauses. */
const WHOLE = 20;

/** Lengths up to a separator: `worker-1` and `worker-12` share `worker-`. */
const long = (length: number): number => (length < SHARED ? 0 : length);
const sharedStart = (text: string): number => long(text.replace(/[\p{L}\p{N}]+$/u, "").length);
const sharedEnd = (text: string): number => long(text.replace(/^[\p{L}\p{N}]+/u, "").length);

/** The parts of a name: `tail` is never cut, `head` only after `start` and `end`. */
export function partsOf(name: string, ends: SharedEnds | undefined): { start: string; head: string; tail: string; end: string } {
	if (name.length < WHOLE) return { start: "", head: "", tail: name, end: "" };
	let [start, end] = [0, 0];
	// Equal ends: all names are one.
	if (ends && ends.start !== ends.end) {
		if (name.startsWith(ends.start)) start = sharedStart(ends.start);
		if (name.endsWith(ends.end)) end = sharedEnd(ends.end);
		if (start + end >= name.length) end = 0;
		if (start >= name.length) start = 0;
	}
	const own = name.slice(start, name.length - end);
	// Never inside a surrogate pair.
	const cut = own.length < PARTED ? 0 : own.length - TAIL + (/^[\udc00-\udfff]/.test(own.slice(-TAIL)) ? 1 : 0);
	return { start: name.slice(0, start), head: own.slice(0, cut), tail: own.slice(cut), end: name.slice(name.length - end) };
}
