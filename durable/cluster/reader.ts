/** Answers of one cluster: queries, pages, exports and task streams. Reading writes nothing. */
import type { AuditPage, AuditQuery } from "../../colony-bridge/protocol/http/audit.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { streamOf, workerOf } from "../../colony-bridge/protocol/pages/pages.ts";
import { type PageData, planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Past as PastOf, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { type ExportAsk, type ExportPart, exportPart } from "../history/export.ts";
import type { SamplesAsk, SamplesJson } from "../history/query/samples-json.ts";
import type { OwnMetric } from "../meter/meter.ts";
import type { OwnHistory } from "../meter/own-history.ts";
import type { ClusterReads, Positioned } from "../port.ts";
import type { PromqlAnswer, PromqlAsk } from "../promql/api/ask.ts";
import type { StreamAsk } from "../tasks/task-log.ts";
import { mergeLayouts } from "../view/layout.ts";
import { reported } from "../view/reported.ts";
import { answerAll } from "../work/budget.ts";
import type { Work } from "../work/work.ts";
import type { PastView } from "./past.ts";
import type { Opened } from "./storage.ts";

interface ReaderHost {
	/** ms since 1970. */
	now(): number;
	/** Called with the instant of each request, ms. */
	queried(at: number): void;
	/** The build of the pages that are served. */
	build: string | undefined;
	/** Resident bytes of the viewers. */
	live(): number;
	/** The dashboard's own numbers, as they are and over time. */
	own(): OwnMetric[];
	ownHistory: OwnHistory;
}

/** Estimated resident bytes of a cluster, heap and buffers, by part. */
export type BytesByPart = Record<"dictionary" | "head" | "blocks" | "caches" | "state" | "tasks" | "live", number>;

/** The ground of an answer: the present, or an instant that has passed. */
interface Stand extends Pick<PastView, "state" | "history" | "at" | "view"> {
	past?: PastOf;
}

export class ClusterReader implements ClusterReads {
	readonly #open: () => Opened;
	readonly #host: ReaderHost;

	constructor(open: () => Opened, host: ReaderHost) {
		this.#open = open;
		this.#host = host;
	}

	get bytes(): BytesByPart {
		const { memory, view, promql, past } = this.#open();
		const parts = memory.bytes;
		const caches = parts.caches + view.bytes + promql.bytes + past.bytes + this.#host.ownHistory.bytes;
		return { ...parts, caches, live: this.#host.live() };
	}

	/** Pushes may be applied between two queries: the position is that of the first. */
	*view(queries: readonly Query[], partial = false, asked?: number): Work<Snapshot> {
		return yield* this.#snapshot(queries, partial, yield* this.#stand(asked));
	}

	*#snapshot(queries: readonly Query[], partial: boolean, { view, state, at, past }: Stand): Work<Snapshot> {
		const { position, began } = state;
		// A look-up of the cluster's existence asks nothing, and who looks at the past keeps no colony busy.
		if (queries.length > 0 && !past) this.#host.queried(at);
		const asked = past ? queries.map((query) => upTo(query, at)) : queries;
		const answers = yield* answerAll(asked, (query) => view.answer(query, at), partial);
		const { build } = this.#host;
		return { type: "snapshot", log: began, position, at, ...defined({ build, past }), answers };
	}

	/** @param asked ms; absent: now. */
	*#stand(asked: number | undefined): Work<Stand> {
		this.#open().room.look();
		const { memory, view, past } = this.#open();
		const { state, history } = memory;
		if (asked === undefined || state.position === 0) return { view, state, history, at: this.#host.now() };
		const found = yield* past.at(asked);
		return { ...found, past: { asked, at: found.at, now: this.#host.now() } };
	}

	*page(name: string, view: PageView = {}): Work<PageData> {
		const stand = yield* this.#stand(view.at);
		const { state, history } = stand;
		const layout = mergeLayouts(state);
		const worker = workerOf(name);
		const stream = streamOf(name);
		const exists =
			(worker === undefined || state.workers.get(worker) !== undefined) &&
			(stream === undefined || state.streams.get(stream) !== undefined);
		const numbers = worker === undefined ? [] : Array.from(history.labelled("worker", worker), (series) => history.definition(series));
		const { position } = state;
		const reportedKinds = reported({ state, history });
		const queries = exists
			? planPage(name, layout, view, { series: numbers, ...(position > 0 && { reported: reportedKinds }) })
			: undefined;
		return {
			position,
			reported: reportedKinds,
			layout,
			...(queries && { queries, snapshot: yield* this.#snapshot(Object.values(queries), true, stand) }),
		};
	}

	*samples(ask: SamplesAsk, asked?: number): Work<Positioned<SamplesJson>> {
		const { state, history, at, past } = yield* this.#stand(asked);
		const { position } = state;
		if (!past) this.#host.queried(at);
		const end = past && ask.end !== undefined ? Math.min(ask.end, at) : ask.end;
		return { position, ...(yield* history.samplesJson({ ...ask, ...defined({ end }) }, at)) };
	}

	*exported(ask: ExportAsk): Work<Positioned<ExportPart>> {
		const { state, history } = this.#open().memory;
		return { position: state.position, ...(yield* exportPart(history, ask)) };
	}

	*taskStream(ask: StreamAsk, asked?: number): Work<Positioned<{ bytes: Uint8Array }>> {
		const { view, state, at } = yield* this.#stand(asked);
		return { position: state.position, bytes: yield* view.stream(ask, at) };
	}

	*promql(ask: PromqlAsk): Work<Positioned<PromqlAnswer>> {
		this.#open().room.look();
		const { memory, promql } = this.#open();
		const { now, own, ownHistory } = this.#host;
		const at = now();
		// A cluster without any push has no numbers of its own.
		const isThere = memory.state.position > 0;
		if (ask.kind === "query" || ask.kind === "query_range") this.#host.queried(at);
		const moment = { now, own: isThere ? own() : [], ownSeries: isThere ? ownHistory.series(at) : [] };
		return { position: memory.state.position, ...(yield* promql.answer(ask, moment)) };
	}

	*audited(query: AuditQuery): Work<AuditPage> {
		return yield* this.#open().audit.page(query);
	}
}

/** The same query with nothing after an instant. */
function upTo(query: Query, at: number): Query {
	return "end" in query && query.end !== undefined && query.end > at ? { ...query, end: at } : query;
}
