/** Error frames, and the words in them: what was wrong, where, what to do. */
import { shorten } from "../../values/text.ts";
import type { DownFrame } from "../down.ts";
import { PROBLEMS, type ProblemKind, type Refusal } from "../problem.ts";

/** Characters of an error's words. */
const DETAIL_CHARS = 1_000;

export type ErrorFrame = Extract<DownFrame, { type: "error" }>;

/** @param seq the frame's number, where it could be read. */
export function refusal(kind: ProblemKind, detail: string, seq?: number): ErrorFrame {
	return { type: "error", kind, detail: clip(detail), ...(seq !== undefined && { seq }), fatal: false };
}

/** After this the link is closed, and nothing more of the push is read. */
export function fatal(kind: ProblemKind, detail: string, seq?: number): ErrorFrame {
	return { ...refusal(kind, detail, seq), fatal: true };
}

/** The same, of what the cluster refuses as a whole. */
export function refusedLink({ kind, detail, retryAfter }: Refusal): ErrorFrame {
	return { ...fatal(kind, detail), ...(retryAfter !== undefined && { retryAfterMs: retryAfter * 1000 }) };
}

/** The same, in answer to an upgrade: the worker makes a problem of it. */
export const refusedUpgrade = (refusal: Refusal): Response => Response.json(refusal, { status: PROBLEMS[refusal.kind] });

/** The beginning of an input, for an error message. */
export function quote(text: string): string {
	return JSON.stringify(shorten(text, 80, 80));
}

/** Schemas quote what they were given, and that may be a megabyte. */
export const clip = (detail: string): string => shorten(detail, DETAIL_CHARS, DETAIL_CHARS);

/** True if the text exceeds `bytes` in UTF-8. Encodes it only if its length does not decide. */
export function exceedsBytes(text: string, bytes: number): boolean {
	if (text.length > bytes) return true;
	if (text.length * 3 <= bytes) return false;
	return new TextEncoder().encode(text).byteLength > bytes;
}
