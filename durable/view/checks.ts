/** Checks, those in trouble first. */

import type { CheckRow, Rows } from "../../colony-bridge/protocol/query/rows.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Check } from "../../colony-bridge/protocol/wire/state.ts";
import type { Work } from "../work/work.ts";
import type { Facts, QueryOf } from "./facts.ts";
import { LabelledRows } from "./labelled-rows.ts";
import { matchesGlob } from "./recent-events.ts";

const RANK: Record<CheckRow["status"], number> = { failed: 0, [NOT_HEARD]: 1, warning: 2, unknown: 3, ok: 4 };

export class CheckRows {
	readonly #rows: LabelledRows<Check, "checks">;

	constructor(facts: Facts) {
		const { checks } = facts.state;
		this.#rows = new LabelledRows(
			"checks",
			"check",
			checks,
			facts,
			({ status }) => RANK[status],
			({ value }, values) => ({ ...value, values }),
		);
	}

	answer({ ids, ...window }: QueryOf<"checks">): Work<Rows<"checks">> {
		return ids ? this.#rows.chosen((id) => ids.some((one) => matchesGlob(one, id)), window) : this.#rows.answer(window);
	}
}
