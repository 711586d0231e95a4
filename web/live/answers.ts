/**
 * The answers a page draws, kept up to date.
 *
 * Changes are folded into plain answers as they arrive, and drawn with the next animation frame: a hidden tab folds, which costs little,
 * draws nothing, and shows the newest when it is seen again. In a table one changed field redraws one cell; the other answers are
 * replaced whole, for a chart reads all of its numbers anyway.
 */
import { batch, createSignal } from "solid-js";
import { applyChange } from "../../colony-bridge/protocol/delta.ts";
import type { QueryKind } from "../../colony-bridge/protocol/query.ts";
import type { Answer, AnswerOf, Delta, Snapshot } from "../../colony-bridge/protocol/view.ts";
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
	let newest = first.answers;
	const cells = newest.map(createCell);
	const dirty = new Set<number>();
	let frame = 0;

	const draw = () => {
		frame = 0;
		batch(() => {
			for (const index of dirty) {
				const answer = newest[index];
				if (answer) cells[index]?.write(answer);
			}
		});
		dirty.clear();
	};
	const redraw = (index: number) => {
		dirty.add(index);
		frame ||= requestAnimationFrame(draw);
	};

	return {
		/** The answer at a place; reading it in a component follows it. @throws where another kind of answer stands there */
		read<K extends QueryKind>(index: number, kind: K): AnswerOf<K> {
			const answer = cells[index]?.read();
			if (answer?.kind !== kind) throw new Error(`answer ${index} is ${answer?.kind ?? "absent"}, not ${kind}`);
			return answer as AnswerOf<K>;
		},
		take(snapshot: Snapshot): void {
			newest = snapshot.answers;
			for (const index of newest.keys()) redraw(index);
		},
		/** @returns false where the delta does not fit what is here: ask for a snapshot. */
		apply(delta: Delta): boolean {
			try {
				const next = [...newest];
				for (const change of delta.changes) next[change.index] = applyChange(next[change.index], change);
				newest = next;
			} catch {
				return false;
			}
			for (const change of delta.changes) redraw(change.index);
			return true;
		},
		/** What has arrived, drawn or not. */
		peek: (): readonly Answer[] => newest,
		stop: () => cancelAnimationFrame(frame),
	};
}
export type Answers = ReturnType<typeof createAnswers>;
