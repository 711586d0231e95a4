/** Operators between two vectors, whose series are matched by their labels. */

import type { Arithmetic, Binary, Matching } from "../../../colony-bridge/protocol/promql/ast.ts";
import type { Work } from "../../work/work.ts";
import { type Labels, METADATA, QueryError, type Series } from "../values.ts";
import { type MatchGroup, matchGroups, matchLabels } from "./match-groups.ts";
import { calculated, compared, isArithmetic, isTrim } from "./operator.ts";
import type { Run } from "./run.ts";
import { Builder, built } from "./series.ts";
import { setOperation } from "./set-operation.ts";

export function* between(
	run: Run,
	expr: Binary,
	left: readonly Series[],
	right: readonly Series[],
	steps: number,
): Work<readonly Series[]> {
	const matching = expr.matching as Matching;
	const groups = yield* matchGroups(run, matching, left, right);
	if (matching.card === "many-to-many") return yield* setOperation(run, expr.op, groups, steps);
	if (isTrim(expr.op)) {
		const both = groups.some((group) => group.left.length > 0 && group.right.length > 0);
		const text = `incompatible sample types encountered for binary operator "${expr.op}": float ${expr.op} float`;
		if (both) run.annotations.info(text, expr.place);
		return [];
	}
	const joiner = new Joiner(run, expr, matching, steps, matching.card === "one-to-many" ? right : left);
	for (const group of groups) {
		joiner.join(group);
		if (run.toll.due(((group.left.length + group.right.length) * steps) / 2)) yield run.toll.taken();
	}
	return joiner.results();
}

class Joiner {
	readonly #run: Run;
	readonly #expr: Binary;
	readonly #matching: Matching;
	readonly #steps: number;
	/** The side that may have several series for one of the other is on the right. */
	readonly #swapped: boolean;
	/** All series of the "many" side. */
	readonly #many: readonly Series[];
	readonly #fillMany: number | undefined;
	readonly #fillOne: number | undefined;
	readonly #builders: Builder[] = [];
	readonly #matchLabels: (of: Labels) => Labels;
	readonly #names: ReadonlySet<string>;

	constructor(run: Run, expr: Binary, matching: Matching, steps: number, many: readonly Series[]) {
		this.#many = many;
		this.#run = run;
		this.#expr = expr;
		this.#matching = matching;
		this.#steps = steps;
		this.#swapped = matching.card === "one-to-many";
		// Same as Prometheus, also where the right side is the "many" one.
		this.#fillMany = matching.fillLeft;
		this.#fillOne = matching.fillRight;
		this.#matchLabels = matchLabels(matching);
		this.#names = new Set(matching.labels);
	}

	results(): Series[] {
		return built(this.#builders);
	}

	/** Step by step, the series of the "many" side with the one of the other. */
	join(group: MatchGroup): void {
		const [many, one] = this.#swapped ? [group.right, group.left] : [group.left, group.right];
		if (many.length === 0 && this.#fillMany === undefined) {
			this.#requireOne(one);
			return;
		}
		if (one.length === 0 && this.#fillOne === undefined) return;
		/** Indexes of each pair, with `one.length` for a filled one and `many.length` for filled many. */
		const results = new Map<number, Builder>();
		const pair = (m: number, o: number): Builder => {
			const key = m * (one.length + 1) + o;
			const known = results.get(key);
			if (known) return known;
			const builder = this.#resultOf(many[m], one[o]);
			results.set(key, builder);
			return builder;
		};
		const several = many.length > 1;
		for (let i = 0; i < this.#steps; i++) {
			const o = this.#oneAt(one, i);
			let matched = false;
			const seen = several ? new Set<string>() : undefined;
			for (let m = 0; m < many.length; m++) {
				const series = many[m] as Series;
				if (!series.present[i]) continue;
				if (o < 0 && this.#fillOne === undefined) continue;
				const value = o < 0 ? (this.#fillOne as number) : ((one[o] as Series).values[i] as number);
				this.#operate(pair(m, o < 0 ? one.length : o), i, series.values[i] as number, value, seen, matched);
				matched = true;
			}
			if (!matched && o >= 0 && this.#fillMany !== undefined) {
				this.#operate(pair(many.length, o), i, this.#fillMany, (one[o] as Series).values[i] as number, seen, false);
			}
		}
	}

	/** Series of the "one" side are one at each step, whether anything matches them or not. */
	#requireOne(one: readonly Series[]): void {
		if (one.length > 1) for (let i = 0; i < this.#steps; i++) this.#oneAt(one, i);
	}

	/** @returns the series of the "one" side that has a value at the step; -1: none */
	#oneAt(one: readonly Series[], step: number): number {
		let found = -1;
		for (let o = 0; o < one.length; o++) {
			if (!(one[o] as Series).present[step]) continue;
			if (found >= 0 && this.#compares(step)) this.#failDuplicate((one[found] as Series).labels, (one[o] as Series).labels);
			found = o;
		}
		return found;
	}

	/** Nothing is compared at a step at which one side is empty, unless it is filled. */
	#compares(step: number): boolean {
		return this.#fillMany !== undefined || this.#fillOne !== undefined || this.#many.some(({ present }) => present[step]);
	}

	#failDuplicate(a: Labels, b: Labels): never {
		const side = this.#swapped ? "left" : "right";
		const [first, second] = [a.toString(), b.toString()].sort();
		throw new QueryError(
			`found duplicate series for the match group ${this.#matchLabels(b)} on the ${side} hand-side of the operation: [${first}, ${second}];many-to-many matching not allowed: matching labels must be unique on one side`,
		);
	}

	#operate(result: Builder, step: number, many: number, one: number, seen: Set<string> | undefined, matched: boolean): void {
		const [left, right] = this.#swapped ? [one, many] : [many, one];
		const { op, bool } = this.#expr;
		const holds = compared(op, left, right);
		if (this.#matching.card === "one-to-one") {
			if (matched) throw new QueryError("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
		} else if (seen) {
			const { key } = result.labels;
			if (seen.has(key)) throw new QueryError("multiple matches for labels: grouping labels must ensure unique matches");
			seen.add(key);
		}
		if (holds === undefined) result.set(step, calculated(op as Arithmetic, left, right));
		else if (bool) result.set(step, Number(holds));
		else if (holds) result.set(step, left);
	}

	/** @param many undefined: filled, as is `one` */
	#resultOf(many: Series | undefined, one: Series | undefined): Builder {
		const { op, bool } = this.#expr;
		const { card, on, include } = this.#matching;
		const ones = one?.labels ?? this.#matchLabels((many as Series).labels);
		let labels = many?.labels ?? this.#matchLabels((one as Series).labels);
		if (isArithmetic(op) || (bool && !this.#run.options.delayedNames)) labels = labels.without(METADATA);
		if (card === "one-to-one") labels = on ? labels.keeping(this.#names) : labels.without(this.#names);
		for (const name of include) labels = labels.with(name, ones.get(name));
		const builder = new Builder(this.#run, labels, this.#steps, bool);
		this.#builders.push(builder);
		return builder;
	}
}
