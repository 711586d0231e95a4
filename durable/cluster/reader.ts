/** Answers of one cluster: queries, pages, exports and task streams. Reading writes nothing. */
import type { AuditPage, AuditQuery } from "../../colony-bridge/protocol/http/audit.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { streamOf, workerOf } from "../../colony-bridge/protocol/pages/pages.ts";
import { type PageData, planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";
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

export class ClusterReader implements ClusterReads {
	readonly #open: () => Opened;
	readonly #host: ReaderHost;

	constructor(open: () => Opened, host: ReaderHost) {
		this.#open = open;
		this.#host = host;
	}

	get bytes(): BytesByPart {
		const { memory, view, promql } = this.#open();
		const parts = memory.bytes;
		const caches = parts.caches + view.bytes + promql.bytes + this.#host.ownHistory.bytes;
		return { ...parts, caches, live: this.#host.live() };
	}

	/** Pushes may be applied between two queries: the position is that of the first. */
	*view(queries: readonly Query[], partial = false): Work<Snapshot> {
		this.#open().room.look();
		const { memory, view } = this.#open();
		const at = this.#host.now();
		const { position } = memory.state;
		// A look-up of the cluster's existence asks nothing.
		if (queries.length > 0) this.#host.queried(at);
		const answers = yield* answerAll(queries, (query) => view.answer(query, at), partial);
		const { build } = this.#host;
		return { type: "snapshot", log: memory.state.began, position, at, ...(build !== undefined && { build }), answers };
	}

	*page(name: string, view: PageView = {}): Work<PageData> {
		const { state, history } = this.#open().memory;
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
			...(queries && { queries, snapshot: yield* this.view(Object.values(queries), true) }),
		};
	}

	*samples(ask: SamplesAsk): Work<Positioned<SamplesJson>> {
		this.#open().room.look();
		const { state, history } = this.#open().memory;
		const { position } = state;
		const at = this.#host.now();
		this.#host.queried(at);
		return { position, ...(yield* history.samplesJson(ask, at)) };
	}

	*exported(ask: ExportAsk): Work<Positioned<ExportPart>> {
		const { state, history } = this.#open().memory;
		return { position: state.position, ...(yield* exportPart(history, ask)) };
	}

	*taskStream(ask: StreamAsk): Work<Positioned<{ bytes: Uint8Array }>> {
		const { memory, view } = this.#open();
		return { position: memory.state.position, bytes: yield* view.stream(ask, this.#host.now()) };
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
