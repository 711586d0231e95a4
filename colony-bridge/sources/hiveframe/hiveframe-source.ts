/** The REST of HiveFrame's own dashboard as a source: bees, dances, pheromones, temperature, queries, and whether it answers. */
import { wordsOf } from "../../bridge/warnings.ts";
import type { ColonySnapshot, Metric } from "../../colony.ts";
import { LIMITS } from "../../protocol/wire/limits.ts";
import type { Check, Task, TaskEnd, Worker } from "../../protocol/wire/state.ts";
import type { Access } from "../access.ts";
import { instanceOf, pathOf } from "../prometheus/targets/target.ts";
import { ReachCheck, SlowRead } from "../reads.ts";
import type { Source } from "../source.ts";
import { scopedLabels } from "./exposition-mapping.ts";
import { COMPONENT_STATUS, roleOf, statusOf } from "./mapping.ts";
import { type Bee, DancesAnswer, HealthAnswer, MetricsAnswer, QueriesAnswer, RestClient, WorkersAnswer } from "./rest-client.ts";
import { colonyMetrics, danceMetrics, JobTotals, queuedEstimate, TASKS_ACTIVE, workerMetrics } from "./rest-metrics.ts";
import { LocalTime, SqlTasks } from "./sql-tasks.ts";

const PATIENCE_MS = 2_500;

interface HiveFrameOptions extends Access {
	/** The bridge reads several colonies: workers and numbers say whose they are. */
	several?: boolean;
}

interface Round {
	metrics: Metric[];
	tasks: Task[];
	ended: TaskEnd[];
}

export class HiveFrameSource implements Source {
	readonly name: string;
	/** An application's own counters are better than an estimate from outside. */
	readonly derived = true;
	readonly #instance: string;
	readonly #colony: string | undefined;
	readonly #client: RestClient;
	readonly #abort = new AbortController();
	readonly #reading = new SlowRead(() => this.#round());
	readonly #check: ReachCheck;
	readonly #time = new LocalTime();
	readonly #totals = new JobTotals();
	readonly #queries = new SqlTasks(Date.now());
	#workers: Worker[] | undefined;
	#tasks: Task[] = [];
	#components: Check[] = [];

	constructor(url: URL, { several = false, ...access }: HiveFrameOptions = {}) {
		this.#instance = instanceOf(url) + pathOf(url);
		this.name = `hiveframe ${this.#instance}`;
		this.#colony = several ? this.#instance : undefined;
		this.#client = new RestClient(url, access, this.#abort.signal);
		this.#check = new ReachCheck(this.name);
	}

	status(): string {
		return `${this.name} ${this.#check.failed ? "down" : "up"}`;
	}

	stop(): void {
		this.#abort.abort();
	}

	async read(): Promise<ColonySnapshot> {
		if (this.#abort.signal.aborted) return {};
		const round = await this.#reading.next(PATIENCE_MS);
		if (this.#abort.signal.aborted) return {};
		this.#tasks = round?.tasks ?? this.#tasks;
		return {
			...(this.#workers && { workers: this.#check.failed ? this.#workers.map((worker) => this.#lost(worker)) : this.#workers }),
			tasks: this.#check.failed ? [] : this.#tasks,
			checks: [this.#check.view(), ...this.#components],
			metrics: round ? (this.#colony === undefined ? round.metrics : round.metrics.map((metric) => this.#scoped(metric))) : [],
			ended: round?.ended ?? [],
			...(this.#check.failed && { health: { status: "unhealthy", reason: `${this.name} does not answer` } }),
		};
	}

	/** All of its answers. A missing one does not invalidate the others. */
	async #round(): Promise<Round> {
		const round: Round = { metrics: [], tasks: [], ended: [] };
		const problems: string[] = [];
		const now = Date.now();
		let bees: Bee[] = [];
		const parts: (() => Promise<void>)[] = [
			async () => {
				const { data, date } = await this.#client.ask("/api/health", HealthAnswer);
				if (data.timestamp) this.#time.learn(data.timestamp, date);
				this.#components = components(data, this.#colony);
			},
			async () => {
				bees = (await this.#client.ask("/api/workers", WorkersAnswer)).data.workers;
				this.#totals.read(new Map(bees.map(({ workerId, processedCount }) => [workerId, processedCount ?? 0])), now);
				this.#workers = bees.map((bee) => this.#worker(bee, now));
				for (const [i, worker] of this.#workers.entries()) {
					const bee = bees[i] as Bee;
					const tasks = this.#task(worker, bee);
					round.tasks.push(...tasks);
					round.metrics.push({ ...TASKS_ACTIVE, labels: { worker: bee.workerId.slice(0, LIMITS.nameChars) }, value: tasks.length });
				}
				round.metrics.push(...workerMetrics(this.#totals.totals()));
			},
			async () => {
				const { data } = await this.#client.ask("/api/queries", QueriesAnswer);
				const { tasks, ended } = this.#queries.read(data.queries, this.#time);
				round.tasks.push(...tasks);
				round.ended.push(...ended);
			},
			async () => {
				const metrics = (await this.#client.ask("/api/metrics", MetricsAnswer)).data;
				round.metrics.push(...colonyMetrics(metrics));
				const dances = (await this.#client.ask("/api/dances", DancesAnswer)).data;
				round.metrics.push(...danceMetrics(dances));
				const busy = this.#workers?.some(({ status }) => status !== "idle") ?? false;
				round.metrics.push(...queuedEstimate(metrics, dances, busy, (written) => (this.#time.instant(written) ?? 0) >= this.#totals.jobAt));
			},
		];
		for (const part of parts) {
			try {
				await part();
			} catch (error) {
				problems.push(wordsOf(error));
				// One that does not answer at all is not asked four times more.
				if (problems.length > 1) break;
			}
		}
		if (problems.length > 1) this.#check.note("failed", problems[0]);
		else if (problems.length === 1) this.#check.note("warning", problems[0]);
		else this.#check.note("ok");
		return round;
	}

	#worker(bee: Bee, now: number): Worker {
		const id = this.#own(bee.workerId);
		const since = this.#totals.secondsSinceMove(bee.workerId, now);
		return { id, role: roleOf(bee.role).slice(0, LIMITS.nameChars), ...statusOf(bee.status, since) };
	}

	/** The partition that a bee took last, while it is at work. */
	#task({ id, status }: Worker, { currentPartition }: Bee): Task[] {
		if (!currentPartition || status === "idle") return [];
		return [{ id: `${currentPartition} ${id}`.slice(0, LIMITS.nameChars), name: "partition", status: "running", worker: id }];
	}

	#own(id: string): string {
		return (this.#colony === undefined ? id : `${id}@${this.#colony}`).slice(0, LIMITS.nameChars);
	}

	#scoped(metric: Metric): Metric {
		return { ...metric, labels: scopedLabels(metric.labels, this.#colony as string) };
	}

	#lost(worker: Worker): Worker {
		return { ...worker, health: "degraded", message: `${this.#instance} does not answer; its last report is shown` };
	}
}

function components({ components }: HealthAnswer, colony: string | undefined): Check[] {
	return Object.entries(components).map(([name, word]) => {
		const status = COMPONENT_STATUS.get(word) ?? "failed";
		const id = (colony === undefined ? name : `${name}@${colony}`).slice(0, LIMITS.nameChars);
		return { id, status, ...(word !== "connected" && { message: word.slice(0, 200) }) };
	});
}
