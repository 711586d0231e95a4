/** Checks, those in trouble first, and how each went. */

import type { CheckChange, CheckRow, Rows } from "../../colony-bridge/protocol/query/rows.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Check } from "../../colony-bridge/protocol/wire/state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { Work } from "../work/work.ts";
import type { Facts, QueryOf } from "./facts.ts";
import { LabelledRows } from "./labelled-rows.ts";
import { matchesGlob } from "./recent-events.ts";

/** Changes of one answer in all: what is told of each of many is less. */
const MOST_CHANGES = 1000;
const FEWEST_CHANGES = 3;

const RANK: Record<CheckRow["status"], number> = { failed: 0, [NOT_HEARD]: 1, warning: 2, unknown: 3, ok: 4 };

export class CheckRows {
	readonly #state: ClusterState;
	readonly #rows: LabelledRows<Check, "checks">;
	/** A row that went on as it was stays the same object, which makes its difference free. */
	readonly #told = new WeakMap<CheckRow, { all: readonly CheckChange[]; most: number; row: CheckRow }>();

	constructor(facts: Facts) {
		const { state } = facts;
		this.#state = state;
		this.#rows = new LabelledRows(
			"checks",
			"check",
			state.checks,
			facts,
			({ status }) => RANK[status],
			({ value }, values) => ({ ...value, values }),
		);
	}

	*answer({ ids, changes, ...window }: QueryOf<"checks">): Work<Rows<"checks">> {
		const answer = yield* ids
			? this.#rows.chosen((id) => ids.some((one) => matchesGlob(one, id)), window.limit)
			: this.#rows.answer(window);
		if (!changes) return answer;
		const room = Math.floor(MOST_CHANGES / Math.max(1, answer.rows.length));
		const most = Math.min(changes, Math.max(FEWEST_CHANGES, room));
		return { ...answer, rows: answer.rows.map((row) => this.#withChanges(row, most)) };
	}

	#withChanges(row: CheckRow, most: number): CheckRow {
		const all = this.#state.checkChanges.of(row.id);
		const told = this.#told.get(row);
		if (told?.all === all && told.most === most) return told.row;
		const next = { ...row, changes: all.slice(0, most) };
		this.#told.set(row, { all, most, row: next });
		return next;
	}
}
