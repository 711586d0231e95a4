/**
 * A page's answers by query name, kept up to date. On the wire an answer is identified by the index of its query in `watch`.
 *
 * Deltas are applied to plain answers as they arrive and rendered from the next animation frame on, so a hidden tab renders nothing and
 * shows the latest when it becomes visible. In a table one changed field rerenders one cell; other answers are replaced whole, as a chart
 * reads all of its numbers anyway.
 *
 * An answer is rendered at once, wherever it is shown; several in tasks that follow one another without a pause, so that a slow device
 * answers its reader between them. The cluster's own comes last: what the page says of its newest push is said once all of it is shown.
 */
import { batch, createSignal, untrack } from "solid-js";
import type { AnswerName, KindOf } from "../../colony-bridge/protocol/pages/page-queries.ts";
import type { WidgetAnswer } from "../../colony-bridge/protocol/pages/pages.ts";
import { applyChange } from "../../colony-bridge/protocol/query/delta.ts";
import type { Answer, AnswerOf, Delta, Metrics, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { inSlices } from "./slices.ts";
import { createTable } from "./table.ts";

/** Answers are rendered as long as this has not passed in a task: most of a frame, ms. */
const SLICE_MS = 12;

const LAST: AnswerName = "cluster";

type Named = AnswerName | WidgetAnswer;
/** The answer to a query of the page's plan; of a widget, any answer. */
export type NamedAnswer<N extends Named> = N extends AnswerName ? AnswerOf<KindOf<N>> : Answer;

interface Cell {
	read(): Answer;
	write(answer: Answer): void;
}

function createCell(first: Answer): Cell {
	// The server renders once, so nothing is reactive.
	if (import.meta.env.SSR) return { read: () => first, write: () => {} };
	if ("rows" in first) return createTable(first) as Cell;
	const [read, set] = createSignal<Answer>(first);
	return { read, write: (answer) => set(() => answer) };
}

const mapped = <A, B>(map: ReadonlyMap<string, A>, to: (of: A, name: string) => B) =>
	new Map(Array.from(map, ([name, of]) => [name, to(of, name)]));

/** @param names of the queries, in the order of the answers */
export function createAnswers(names: readonly string[], first: Snapshot) {
	const named = (answers: readonly Answer[]) => new Map(answers.map((answer, i) => [names[i] as string, answer]));
	/** The answers to render, and those that the next delta applies to. They differ while a page waits for the answers to new queries. */
	let newest = named(first.answers);
	let wire = first.answers;
	let waiting = false;
	let { log } = first;
	/** The log was replaced: equal row ids denote other rows. */
	let replaced = false;
	const [cells, setCells] = createSignal(mapped(newest, createCell));
	const dirty = new Set<string>();
	let frame = 0;
	let paused = false;

	const drawNext = () => {
		if (replaced) {
			replaced = false;
			dirty.clear();
			setCells(mapped(newest, createCell));
		}
		const [name = LAST] = [...dirty].filter((each) => each !== LAST);
		const cell = untrack(cells).get(name);
		if (dirty.delete(name)) batch(() => cell?.write(newest.get(name) as Answer));
		return dirty.size > 0;
	};
	const slices = inSlices(() => !paused && drawNext(), SLICE_MS);
	const begin = () => {
		frame = 0;
		// In tasks of its own: the frame's has canvases, layout and paint.
		slices(0);
	};
	const draw = () => {
		while (drawNext());
	};
	const change = (name: string, answer: Answer) => {
		if (newest.get(name) === answer) return;
		newest.set(name, answer);
		dirty.add(name);
		if (!paused) frame ||= requestAnimationFrame(begin);
	};
	const find = <N extends Named>(name: N) => cells().get(name)?.read() as NamedAnswer<N> | undefined;

	return {
		/** The answer of this name, or undefined; reactive. */
		find,
		/** The answer of this name; reactive. @throws if the page has no such query */
		read<N extends Named>(name: N): NamedAnswer<N> {
			const answer = find(name);
			if (!answer) throw new Error(`this page asks for no "${name}"`);
			return answer;
		},
		/** Answers of metrics over time; reactive. */
		metrics: (): Metrics[] =>
			[...cells()].flatMap(([name, cell]) => (newest.get(name)?.kind === "metrics" ? [cell.read() as Metrics] : [])),
		/** Distinct reasons why answers were refused; reactive. */
		refusals(wanted: (name: string) => boolean): string[] {
			const reasons = Array.from(cells(), ([name, cell]) => (wanted(name) ? (cell.read() as { refused?: string }).refused : undefined));
			return [...new Set(reasons.filter((why) => why !== undefined))];
		},
		/** Replaces all answers. @param of id of their log @param show false if the page has since changed its queries */
		take(answers: Answer[], of: number, show = true): void {
			wire = answers;
			if (!show) return;
			waiting = false;
			replaced ||= of !== log;
			log = of;
			for (const [name, answer] of named(answers)) {
				// The first snapshot mostly repeats what the page has rendered.
				if (replaced || JSON.stringify(newest.get(name)) !== JSON.stringify(answer)) change(name, answer);
			}
		},
		/**
		 * Switches to other queries and their answers, rendered at once; equal names have equal kinds. Deltas apply to the old answers
		 * until the next `take`.
		 * @param next names of the queries
		 * @param retain whether the current answer of a name is kept
		 */
		replace(next: readonly string[], answers: readonly Answer[], retain: (name: string) => boolean): void {
			names = next;
			waiting = true;
			const before = newest;
			const had = cells();
			newest = mapped(named(answers), (answer, name) => (retain(name) && before.get(name)) || answer);
			batch(() => {
				for (const [name, answer] of newest) {
					if (answer === before.get(name)) continue;
					dirty.delete(name);
					had.get(name)?.write(answer);
				}
				if (String([...had.keys()]) !== String(names)) setCells(mapped(newest, (answer, name) => had.get(name) ?? createCell(answer)));
			});
		},
		/** @returns false if the delta does not apply, so that a snapshot is needed */
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
		/** The latest answer of this name, rendered or not. */
		peek: <N extends Named>(name: N) => newest.get(name) as NamedAnswer<N>,
		/** The answers that deltas apply to. */
		wire: (): readonly Answer[] => wire,
		/** While on, new answers are rendered only by `draw`. */
		hold(on: boolean): void {
			paused = on;
			if (on) cancelAnimationFrame(frame);
			frame = 0;
			if (!on && dirty.size > 0) frame = requestAnimationFrame(begin);
		},
		/** Renders the latest answers now. */
		draw,
		stop(): void {
			cancelAnimationFrame(frame);
			dirty.clear();
		},
	};
}
export type Answers = ReturnType<typeof createAnswers>;
