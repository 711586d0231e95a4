/** Scrape targets as a source: all of them each time the bridge asks, a little apart, and `up` for each. */

import { setImmediate as turn } from "node:timers/promises";
import { wordsOf } from "../../bridge/warnings.ts";
import type { ColonySnapshot, Metric } from "../../colony.ts";
import { LIMITS } from "../../protocol/wire/limits.ts";
import type { Check, LeftOut, Stream, Worker } from "../../protocol/wire/state.ts";
import { ExpositionMapping, type HiveFrameView, mendLine } from "../hiveframe/exposition-mapping.ts";
import { type Got, httpGet } from "../http-get.ts";
import { ReachCheck, SlowRead } from "../reads.ts";
import type { Source } from "../source.ts";
import { type Exposition, isOpenMetrics, type Mend, readExposition } from "./exposition/exposition.ts";
import { familyMetrics, ToldApart } from "./family-metrics.ts";
import { type Account, accountOf, newest } from "./newest.ts";
import { pathOf, type Target, type TargetList } from "./targets/target.ts";

/** Scrapes are spread over this share of the interval; the first go at once, somebody waits for them. */
const SPREAD = 0.2;
const MOST_SPREAD_MS = 2_000;
/** A target that is slower than this, in ms, does not delay the others: its answer is in the next snapshot. */
const PATIENCE_MS = 2_500;

interface PrometheusOptions extends Partial<ScrapeBounds> {
	/** Scrape interval, ms. */
	intervalMs: number;
}

interface KnownTarget {
	target: Target;
	dynamic: boolean;
	reading: SlowRead<Scrape>;
	check: ReachCheck;
	mapping: ExpositionMapping;
	/** Newest result of HiveFrame's own metrics. */
	view: HiveFrameView | undefined;
	/** Account of its newest scrape. */
	account: Account | undefined;
}

export class PrometheusSource implements Source {
	readonly name = "prometheus";
	readonly #lists: readonly TargetList[];
	readonly #bounds: ScrapeBounds;
	readonly #spreadMs: number;
	readonly #patienceMs: number;
	readonly #apart = new ToldApart();
	readonly #states = new Map<string, KnownTarget>();
	readonly #abort = new AbortController();
	readonly #speaksOf = { workers: false, streams: false };
	#rounds = 0;

	constructor(lists: readonly TargetList[], { intervalMs, timeoutMs, maxBytes }: PrometheusOptions) {
		this.#lists = lists;
		this.#bounds = { timeoutMs: timeoutMs ?? Math.min(10_000, Math.max(1_000, intervalMs)), maxBytes: maxBytes ?? 32_000_000 };
		this.#spreadMs = Math.min(intervalMs * SPREAD, MOST_SPREAD_MS);
		this.#patienceMs = Math.max(Math.min(intervalMs, PATIENCE_MS), this.#spreadMs + 200);
	}

	status(): string {
		const all = [...this.#states.values()];
		return `${all.filter(({ check }) => !check.failed).length}/${all.length} targets up`;
	}

	stop(): void {
		this.#abort.abort();
	}

	async read(): Promise<ColonySnapshot> {
		if (this.#abort.signal.aborted) return {};
		const targets = await this.#targets();
		const spread = this.#rounds++ === 0 ? 0 : this.#spreadMs;
		const scrapes = await Promise.all(
			targets.map(async (known, i) => ({ known, scrape: await known.reading.next(this.#patienceMs, (spread * i) / targets.length) })),
		);
		if (this.#abort.signal.aborted) return {};
		return this.#snapshot(scrapes.flatMap(({ known, scrape }) => (scrape ? [{ known, scrape }] : [])));
	}

	async #targets(): Promise<KnownTarget[]> {
		const lists = await Promise.all(this.#lists.map(async (list) => ({ dynamic: list.dynamic, targets: await list.list() })));
		const now = new Map<string, KnownTarget>();
		const at = new Map<string, Set<string>>();
		for (const { url, instance } of lists.flatMap(({ targets }) => targets)) at.set(instance, (at.get(instance) ?? new Set()).add(url));
		for (const { dynamic, targets } of lists) {
			for (const target of targets) {
				const several = (at.get(target.instance)?.size ?? 0) > 1;
				now.set(target.url, this.#states.get(target.url) ?? this.#newTarget(target, dynamic, several));
			}
		}
		this.#states.clear();
		for (const [url, known] of now) this.#states.set(url, known);
		return [...now.values()];
	}

	/** @param several whether others answer at the same host and port */
	#newTarget({ instance, ...others }: Target, dynamic: boolean, several: boolean): KnownTarget {
		const target = { ...others, instance: several ? instance + pathOf(new URL(others.url)) : instance };
		return {
			target,
			dynamic,
			reading: new SlowRead(() => scrape(target, this.#bounds, mendLine, this.#abort.signal)),
			check: new ReachCheck(`scrape ${target.instance}`),
			mapping: new ExpositionMapping(),
			view: undefined,
			account: undefined,
		};
	}

	#snapshot(scrapes: readonly { known: KnownTarget; scrape: Scrape }[]): ColonySnapshot {
		const metrics: Metric[] = [];
		const read = scrapes.map(({ known, scrape }) => ({ known, own: this.#take(known, scrape, metrics) }));
		if (this.#states.size > 1) for (const { known, own } of read) this.#apart.note(known.target.url, own);
		for (const { known, own } of read)
			for (const metric of this.#apart.label(known.target.instance, own, known.dynamic)) metrics.push(metric);

		const colonies = [...this.#states.values()].filter(({ view }) => view !== undefined);
		const several = colonies.length > 1 || colonies.some(({ dynamic }) => dynamic);
		const fresh = new Set(scrapes.map(({ known }) => known));
		const workers: Worker[] = [];
		const streams: Stream[] = [];
		for (const known of colonies) {
			const scoped = (known.view as HiveFrameView).scoped(several ? known.target.instance : undefined);
			workers.push(...(known.check.failed ? scoped.workers.map((worker) => lost(worker, known.target.instance)) : scoped.workers));
			streams.push(...scoped.streams);
			if (fresh.has(known) && !known.check.failed) metrics.push(...scoped.metrics);
		}
		this.#speaksOf.workers ||= workers.length > 0;
		this.#speaksOf.streams ||= streams.length > 0;
		const healths = colonies.filter(({ check }) => !check.failed).flatMap(({ view }) => view?.health ?? []);
		const worst = healths.find(({ status }) => status === "unhealthy") ?? healths[0];
		const queued = colonies.flatMap(({ view }) => view?.queued ?? []);
		const checks = [...this.#states.values()].map(({ check }) => check.view());
		const leftOut = [...this.#states.values()].flatMap(({ target, account }): LeftOut[] =>
			account?.loss ? [{ field: `scrape ${target.instance}`.slice(0, LIMITS.nameChars), ...account.loss }] : [],
		);
		return {
			metrics,
			leftOut,
			checks: [...checks, ...this.#lists.flatMap((list): Check[] => (list.check ? [list.check()] : []))],
			// Who has spoken of workers and has none now has none; who never has does not know.
			...(this.#speaksOf.workers && { workers }),
			...(this.#speaksOf.streams && { streams }),
			...(queued.length > 0 && { queued: queued.reduce((sum, count) => sum + count, 0) }),
			...this.#health(worst),
		};
	}

	/** Notes how the scrape went. @returns the target's own metrics; the scrape's are added to `metrics`. */
	#take(state: KnownTarget, scrape: Scrape, metrics: Metric[]): Metric[] {
		const { target, check, mapping } = state;
		const labels = { instance: target.instance, job: target.job };
		const exposition = "exposition" in scrape ? scrape.exposition : undefined;
		metrics.push(
			{ name: "up", labels, value: exposition ? 1 : 0, help: "1 where the target answered the newest scrape" },
			{ name: "scrape_duration_seconds", labels, value: scrape.seconds, unit: "seconds", help: "How long the newest scrape took" },
		);
		if (!exposition) {
			check.note("failed", (scrape as { problem: string }).problem);
			state.account = undefined;
			return [];
		}
		const now = newest(exposition.families, scrape.at);
		state.account = accountOf(exposition, now);
		check.note(state.account.loss ? "warning" : "ok", state.account.words);
		const families = mapping.repaired(now.families);
		state.view = mapping.read(families, scrape.at) ?? state.view;
		const own = families.flatMap(familyMetrics);
		metrics.push(
			{ name: "scrape_samples_scraped", labels, value: own.length, help: "Samples taken of the newest scrape" },
			{ name: "scrape_samples_left_out", labels, value: state.account.leftOut, help: "Samples of the newest scrape that were not taken" },
		);
		return own;
	}

	/** Targets that are down; HiveFrame's own monitor is first. */
	#health(own: ColonySnapshot["health"]): Pick<ColonySnapshot, "health"> | undefined {
		const all = [...this.#states.values()];
		const down = all.filter(({ check }) => check.failed);
		if (down.length > 0 && down.length === all.length) {
			return {
				health: {
					status: "unhealthy",
					reason: all.length === 1 ? "the scrape target does not answer" : `none of ${all.length} scrape targets answers`,
				},
			};
		}
		return own && { health: own };
	}
}

function lost(worker: Worker, instance: string): Worker {
	return { ...worker, health: "degraded", message: `${instance} does not answer; its last report is shown` };
}

/** Accept header as Prometheus sends it: the better format first, anything rather than nothing; names as they are kept here, with underscores. */
const ACCEPT =
	"application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.8,text/plain;version=0.0.4;escaping=underscores;q=0.5,*/*;q=0.1";

/** One scrape of one target. */
interface ScrapeBounds {
	timeoutMs: number;
	/** After decompression. */
	maxBytes: number;
}

export type Scrape = { seconds: number; at: number } & ({ exposition: Exposition } | { problem: string });

/** Never rejects. */
export async function scrape(
	{ instance: _, job: __, ...target }: Target,
	bounds: ScrapeBounds,
	mend: Mend,
	abort: AbortSignal,
): Promise<Scrape> {
	const began = performance.now();
	const took = () => ({ seconds: (performance.now() - began) / 1000, at: Date.now() });
	try {
		const { text, contentType } = await httpGet({ ...target, accept: ACCEPT, ...bounds }, abort);
		const seconds = took();
		return { ...seconds, exposition: await read(text, contentType, mend) };
	} catch (error) {
		return { ...took(), problem: wordsOf(error) };
	}
}

async function read(text: string, contentType: Got["contentType"], mend: Mend): Promise<Exposition> {
	const reading = readExposition(text, isOpenMetrics(contentType), mend);
	let slice = reading.next();
	for (; !slice.done; slice = reading.next()) await turn();
	const exposition = slice.value;
	const { families, lost } = exposition;
	// Not a word of it is quoted: whoever answers there may have meant it for somebody else.
	if (lost && families.length === 0) throw new Error(`these are no metrics (line ${lost.line}: ${lost.words}); is the path right?`);
	return exposition;
}
