/**
 * Where a frame stands in its bridge's sequence. A frame that was refused for what it says has taken its number all the same: a bridge that
 * sends one bad frame is told so and goes on, instead of sending it for ever.
 */
export type Standing = { type: "next" } | { type: "repeat" } | { type: "jump"; expected: number } | { type: "unnumbered" };

/** @param last the last number taken in. */
export function standing(frame: unknown, last: number): Standing {
	const { seq, type, first } = (frame ?? {}) as { seq?: unknown; type?: unknown; first?: unknown };
	if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 1) return { type: "unnumbered" };
	if (seq <= last) return { type: "repeat" };
	if (seq === last + 1) return { type: "next" };
	// A gap stands for all frames from `first`, which may reach back into what did arrive.
	if (type === "gap" && typeof first === "number" && first <= last + 1) return { type: "next" };
	return { type: "jump", expected: last + 1 };
}
