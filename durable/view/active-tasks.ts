/** Tasks that have not ended. */
import type { Rows, TaskRow } from "../../colony-bridge/protocol/rows.ts";
import type { Task } from "../../colony-bridge/protocol/state.ts";
import { type Reading, RowOrder } from "../rows/row-order.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { Owned } from "../state/owned-table.ts";
import type { QueryOf } from "./facts.ts";
import { queuedTasks } from "./tasks.ts";
import { ownedTexts, sinceThen } from "./windowed-table.ts";

const TEXTS = ["id", "name", "kind", "status", "worker", "parent", "bridge"];
const NUMBERS = ["attempt", "progress", "queuedAt", "startedAt"] as const;

/** Running ones first, each in order of arrival, where no other order is asked for. */
export class ActiveTasks {
	readonly #state: ClusterState;
	readonly #order: RowOrder<Owned<Task>>;
	/** Put together and sorted out once a change, for however many look. */
	#all: { version: string; entries: readonly Owned<Task>[] } = { version: "", entries: [] };
	#byWorker: { of: readonly Owned<Task>[]; tasks: Map<string | undefined, TaskRow[]> } = { of: [], tasks: new Map() };

	constructor(state: ClusterState) {
		this.#state = state;
		this.#order = new RowOrder<Owned<Task>>({
			id: ({ value }) => value.id,
			rank: { moves: false, read: () => 0 },
			...ownedTexts<Task>(TEXTS),
			number: (name) => this.#number(name),
		});
	}

	answer({ worker, ...window }: QueryOf<"tasks">): Rows<"tasks"> {
		const { limit, offset = 0 } = window;
		const plain = (rows: TaskRow[], total: number): Rows<"tasks"> => ({ kind: "tasks", total, ...(offset > 0 && { offset }), rows });
		if (worker !== undefined) {
			const own = this.#of(worker);
			return plain(own.slice(offset, offset + limit), own.length);
		}
		const all = this.#state.running.size + queuedTasks(this.#state);
		const entries = this.#entries();
		if ([window.sort, window.filter, window.around].every((asked) => asked === undefined)) {
			const rows = entries.slice(offset, offset + limit).map(({ value }) => value);
			return plain(rows, all);
		}
		const found = this.#order.window(entries, window);
		// What the colony only counts cannot be looked through: all that are listed are as many as match, where nothing is filtered.
		const total = window.filter === undefined ? all : found.total;
		return {
			kind: "tasks",
			total,
			...(total !== all && { all }),
			...(found.offset > 0 && { offset: found.offset }),
			rows: found.entries.map(({ value }) => value),
		};
	}

	#number(written: string): Reading<Owned<Task>> {
		const name = written.toLowerCase();
		const { at } = this.#state;
		if (name === "elapsed" || name === "duration") return { moves: true, read: ({ value }) => sinceThen(at, value.startedAt) };
		if (name === "wait") return { moves: true, read: ({ value }) => sinceThen(value.startedAt ?? at, value.queuedAt) };
		const field = NUMBERS.find((one) => one.toLowerCase() === name);
		return { moves: false, read: ({ value }) => field && value[field] };
	}

	#entries(): readonly Owned<Task>[] {
		const { running, queued } = this.#state;
		const version = `${running.version} ${queued.version}`;
		if (version !== this.#all.version) this.#all = { version, entries: [...running.values(), ...queued.values()] };
		return this.#all.entries;
	}

	#of(worker: string): readonly TaskRow[] {
		const of = this.#entries();
		if (this.#byWorker.of !== of) {
			const tasks = of.map(({ value }) => value);
			this.#byWorker = { of, tasks: Map.groupBy(tasks, (task) => task.worker) };
		}
		return this.#byWorker.tasks.get(worker) ?? [];
	}
}
