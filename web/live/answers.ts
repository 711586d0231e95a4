/**
 * The answers a page draws, by the names of its queries, kept up to date. On the wire an answer goes by its query's place in `watch`.
 *
 * Changes are folded into plain answers as they arrive, and drawn with the next animation frame: a hidden tab folds, which costs little,
 * draws nothing, and shows the newest when it is seen again. In a table one changed field redraws one cell; the other answers are
 * replaced whole, for a chart reads all of its numbers anyway.
 */
import { batch, createSignal } from "solid-js";
import type { AnswerName, KindOf } from "../../colony-bridge/protocol/pages/page-queries.ts";
import type { WidgetAnswer } from "../../colony-bridge/protocol/pages/pages.ts";
import { applyChange } from "../../colony-bridge/protocol/query/delta.ts";
import type { Answer, AnswerOf, Delta, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { createTable } from "./table.ts";

type Named = AnswerName | WidgetAnswer;
/** The answer to the query that the pages' plan calls so; a widget's is any. */
export type NamedAnswer<N extends Named> = N extends AnswerName ? AnswerOf<KindOf<N>> : Answer;

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

const mapped = <A, B>(map: ReadonlyMap<string, A>, to: (of: A, name: string) => B) =>
	new Map(Array.from(map, ([name, of]) => [name, to(of, name)]));

/** @param names of the page's queries, in the order of their answers */
export function createAnswers(names: readonly string[], first: Snapshot) {
	const named = (answers: readonly Answer[]) => new Map(answers.map((answer, i) => [names[i] as string, answer]));
	/** The answers to draw, and the answers that the next delta applies to. They differ while a page waits for the answers to new queries. */
	let newest = named(first.answers);
	let wire = first.answers;
	let waiting = false;
	let { log } = first;
	/** The drawn answers come from another log: a row of the same id is another row. */
	let another = false;
	const [cells, setCells] = createSignal(mapped(newest, createCell));
	const dirty = new Set<string>();
	let frame = 0;
	let held = false;

	const draw = () => {
		frame = 0;
		batch(() => {
			if (another) setCells(mapped(newest, createCell));
			another = false;
			for (const name of dirty)
				cells()
					.get(name)
					?.write(newest.get(name) as Answer);
		});
		dirty.clear();
	};
	const change = (name: string, answer: Answer) => {
		if (newest.get(name) === answer) return;
		newest.set(name, answer);
		dirty.add(name);
		if (!held) frame ||= requestAnimationFrame(draw);
	};
	const find = <N extends Named>(name: N) => cells().get(name)?.read() as NamedAnswer<N> | undefined;

	return {
		/** The answer of this name, undefined where the page has no such query; reading it in a component follows it. */
		find,
		/** The same. @throws where the page has no such query */
		read<N extends Named>(name: N): NamedAnswer<N> {
			const answer = find(name);
			if (!answer) throw new Error(`this page asks for no "${name}"`);
			return answer;
		},
		/** Why there is no answer of these names, each reason once; reading it in a component follows them. */
		refusals(wanted: (name: string) => boolean): string[] {
			const reasons = Array.from(cells(), ([name, cell]) => (wanted(name) ? (cell.read() as { refused?: string }).refused : undefined));
			return [...new Set(reasons.filter((why) => why !== undefined))];
		},
		/** All answers, as the server sends them. @param of the log they are of @param show false: the page has come to ask something else, whose answers are under way */
		take(answers: Answer[], of: number, show = true): void {
			wire = answers;
			if (!show) return;
			waiting = false;
			another ||= of !== log;
			log = of;
			for (const [name, answer] of named(answers)) change(name, answer);
		},
		/**
		 * Answers to other queries, drawn at once; a name that both have is of the same kind. Deltas apply to the old ones until the next `take`.
		 * @param next names of the queries @param stays whether the answer of a name stays the one that is drawn
		 */
		replace(next: readonly string[], answers: readonly Answer[], stays: (name: string) => boolean): void {
			names = next;
			waiting = true;
			const before = newest;
			const had = cells();
			newest = mapped(named(answers), (answer, name) => (stays(name) && before.get(name)) || answer);
			batch(() => {
				for (const [name, answer] of newest) {
					if (answer === before.get(name)) continue;
					dirty.delete(name);
					had.get(name)?.write(answer);
				}
				if (String([...had.keys()]) !== String(names)) setCells(mapped(newest, (answer, name) => had.get(name) ?? createCell(answer)));
			});
		},
		/** @returns false where the delta does not fit what is here: ask for a snapshot. */
		apply(delta: Delta): boolean {
			try {
				const next = [...wire];
				for (const change of delta.changes) next[change.index] = applyChange(next[change.index], change);
				wire = next;
			} catch {
				return false;
			}
			if (!waiting) for (const { index } of delta.changes) change(names[index] as string, wire[index] as Answer);
			return true;
		},
		/** The newest answer of this name, drawn or not. */
		peek: <N extends Named>(name: N) => newest.get(name) as NamedAnswer<N>,
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
