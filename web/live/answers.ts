/**
 * The answers a page draws, kept up to date.
 *
 * Changes are folded into plain answers as they arrive, and drawn with the next animation frame: a hidden tab folds, which costs little,
 * draws nothing, and shows the newest when it is seen again. In a table one changed field redraws one cell; the other answers are
 * replaced whole, for a chart reads all of its numbers anyway.
 */
import { batch, createSignal } from "solid-js";
import { applyChange } from "../../colony-bridge/protocol/query/delta.ts";
import type { QueryKind } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer, AnswerOf, Delta, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { createTable } from "./table.ts";

interface Cell {
	read(): Answer;
	write(answer: Answer): void;
}

function createCell(first: Answer): Cell {
	// The server draws once: nothing to follow.
	if (import.meta.env.SSR) return { read: () => first, write: () => {} };
	if ("rows" in first) return createTable(first) as Cell;
	const [read, set] = createSignal<Answer>(first);
	return { read, write: (answer) => set(() => answer) };
}

export function createAnswers(first: Snapshot) {
	/** The answers to draw, and the answers that the next delta applies to. They differ while a page waits for the answers to new queries. */
	let newest = first.answers;
	let wire = newest;
	let { log } = first;
	/** The drawn answers come from another log: a row of the same id is another row. */
	let another = false;
	const [cells, setCells] = createSignal(newest.map(createCell));
	const dirty = new Set<number>();
	let frame = 0;
	let held = false;

	const draw = () => {
		frame = 0;
		batch(() => {
			if (another) setCells(newest.map(createCell));
			another = false;
			for (const index of dirty) {
				const answer = newest[index];
				if (answer) cells()[index]?.write(answer);
			}
		});
		dirty.clear();
	};
	const redraw = (index: number) => {
		dirty.add(index);
		if (!held) frame ||= requestAnimationFrame(draw);
	};

	return {
		/** The answer at a place; reading it in a component follows it. @throws where another kind of answer stands there */
		read<K extends QueryKind>(index: number, kind: K): AnswerOf<K> {
			const answer = cells()[index]?.read();
			if (answer?.kind !== kind) throw new Error(`answer ${index} is ${answer?.kind ?? "absent"}, not ${kind}`);
			return answer as AnswerOf<K>;
		},
		/** Why there is no answer at these places, each reason once; reading it in a component follows them. */
		refusals(wanted: (index: number) => boolean): string[] {
			const reasons = cells().map((cell, index) => (wanted(index) ? (cell.read() as { refused?: string }).refused : undefined));
			return [...new Set(reasons.filter((why) => why !== undefined))];
		},
		/** All answers, as the server sends them. @param of the log they are of. @param show false: the page has come to ask something else, whose answers are under way */
		take(answers: Answer[], of: number, show = true): void {
			wire = answers;
			if (!show) return;
			another ||= of !== log;
			log = of;
			const before = newest;
			newest = answers;
			for (const [index, answer] of answers.entries()) if (answer !== before[index]) redraw(index);
		},
		/**
		 * Answers to other queries, of the same kinds as far as they reach, drawn at once; undefined: the one that stands. Deltas apply to the
		 * old ones until the next `take`.
		 */
		replace(answers: (Answer | undefined)[]): void {
			const before = newest;
			const had = cells();
			newest = answers.map((answer, index) => answer ?? (before[index] as Answer));
			batch(() => {
				for (const [index, answer] of answers.entries()) {
					if (!answer) continue;
					dirty.delete(index);
					had[index]?.write(answer);
				}
				if (newest.length !== had.length) setCells(newest.map((answer, index) => had[index] ?? createCell(answer)));
			});
		},
		/** @returns false where the delta does not fit what is here: ask for a snapshot. */
		apply(delta: Delta): boolean {
			const drawn = wire === newest;
			try {
				const next = [...wire];
				for (const change of delta.changes) next[change.index] = applyChange(next[change.index], change);
				wire = next;
			} catch {
				return false;
			}
			if (!drawn) return true;
			newest = wire;
			for (const change of delta.changes) redraw(change.index);
			return true;
		},
		/** The newest answers, drawn or not. */
		peek: (): readonly Answer[] => newest,
		/** The answers that deltas apply to. */
		wire: (): readonly Answer[] => wire,
		/** While held, new answers are drawn only by `draw`. */
		hold(on: boolean): void {
			held = on;
			if (on) cancelAnimationFrame(frame);
			frame = 0;
			if (!on && dirty.size > 0) frame = requestAnimationFrame(draw);
		},
		/** Draws what has come, now. */
		draw,
		stop: () => cancelAnimationFrame(frame),
	};
}
export type Answers = ReturnType<typeof createAnswers>;
