/** Tasks that have not ended. */
import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { Rows, TaskRow } from "../../colony-bridge/protocol/query/rows.ts";
import { type NumberColumn, RowOrder } from "../rows/row-order.ts";
import type { Owned } from "../state/owned-table.ts";
import { Toll, type Work } from "../work/work.ts";
import type { Facts } from "./facts.ts";
import { openTasks } from "./tasks.ts";
import { ownedTexts, sinceThen } from "./windowed-table.ts";

const TEXTS = ["id", "name", "kind", "status", "worker", "parent", "bridge"];
const NUMBERS = ["attempt", "progress", "queuedAt", "startedAt"] as const;

/** Running ones first, each in order of arrival, where no other order is asked for. */
export class ActiveTasks {
	readonly #facts: Facts;
	readonly #order: RowOrder<Owned<TaskRow>>;
	/** Put together and sorted out once a change, for however many look. */
	#all: { version: string; entries: readonly Owned<TaskRow>[] } = { version: "", entries: [] };
	#byWorker: { of: readonly Owned<TaskRow>[]; tasks: Map<string | undefined, TaskRow[]> } = { of: [], tasks: new Map() };

	constructor(facts: Facts) {
		this.#facts = facts;
		this.#order = new RowOrder<Owned<TaskRow>>({
			id: ({ value }) => value.id,
			rank: { moves: false, read: () => 0 },
			...ownedTexts<TaskRow>(TEXTS),
			number: (name) => this.#number(name),
		});
	}

	*answer({ worker, ...window }: QueryOf<"tasks">): Work<Rows<"tasks">> {
		const { limit, offset = 0 } = window;
		const plain = (rows: TaskRow[], total: number): Rows<"tasks"> => ({ kind: "tasks", total, ...(offset > 0 && { offset }), rows });
		if (worker !== undefined) {
			const own = yield* this.#of(worker);
			return plain(own.slice(offset, offset + limit), own.length);
		}
		const { active, queued, notHeard } = openTasks(this.#facts);
		const unfiltered = active + queued + notHeard;
		const entries = yield* this.#entries();
		if ([window.sort, window.filter, window.around].every((option) => option === undefined)) {
			const rows = entries.slice(offset, offset + limit).map(({ value }) => value);
			return plain(rows, unfiltered);
		}
		const found = yield* this.#order.window(entries, window);
		// Tasks that the colony only counts cannot be filtered: the listed ones are the matching ones.
		const total = window.filter === undefined ? unfiltered : found.total;
		return {
			kind: "tasks",
			total,
			...(total !== unfiltered && { unfiltered }),
			...(found.offset > 0 && { offset: found.offset }),
			rows: found.entries.map(({ value }) => value),
		};
	}

	#number(written: string): NumberColumn<Owned<TaskRow>> {
		const name = written.toLowerCase();
		const { at } = this.#facts.state;
		if (name === "elapsed" || name === "duration") return { moves: true, read: ({ value }) => sinceThen(at, value.startedAt) };
		if (name === "wait") return { moves: true, read: ({ value }) => sinceThen(value.startedAt ?? at, value.queuedAt) };
		const field = NUMBERS.find((one) => one.toLowerCase() === name);
		return { moves: false, read: ({ value }) => field && value[field] };
	}

	*#entries(): Work<readonly Owned<TaskRow>[]> {
		const { state, hearing } = this.#facts;
		const version = `${state.running.version} ${state.queued.version} ${hearing.version}`;
		if (version === this.#all.version) return this.#all.entries;
		const entries: Owned<TaskRow>[] = [];
		const toll = new Toll();
		// All of one instant, whatever comes while this pauses.
		for (const entry of [...state.running.values(), ...state.queued.values()]) {
			entries.push(hearing.shown(entry));
			if (toll.due(3)) yield toll.taken();
		}
		yield toll.taken();
		this.#all = { version, entries };
		return entries;
	}

	*#of(worker: string): Work<readonly TaskRow[]> {
		const of = yield* this.#entries();
		if (this.#byWorker.of !== of) {
			const tasks = Map.groupBy(
				of.map(({ value }) => value),
				(task) => task.worker,
			);
			yield of.length * 3;
			this.#byWorker = { of, tasks };
		}
		return this.#byWorker.tasks.get(worker) ?? [];
	}
}
