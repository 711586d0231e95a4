/** Python writes NaN and infinities into JSON, which has none. */

import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { describeIssues } from "../../protocol/wire/problem.ts";
import { recordOf } from "../../protocol/wire/record.ts";
import type { Access } from "../access.ts";
import { Dropped, type Got, httpGet } from "../http-get.ts";

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;

/** @returns what the JSON says, with null for a bare NaN or infinity. @throws SyntaxError */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : "null")));
	}
}

/** Answers of HiveFrame's own dashboard, as far as they are read. A number that was NaN is null here. */
const Number_ = v.nullable(v.number());
const Share = recordOf(v.string(), Number_);

/** Every answer has status 200, a failed one too. */
const Envelope = v.object({ success: v.boolean(), data: v.unknown(), error: v.optional(v.nullable(v.string())) });

export const Bee = v.object({
	workerId: v.string(),
	role: v.string(),
	status: v.string(),
	currentPartition: v.optional(v.nullable(v.string())),
	processedCount: v.optional(Number_, 0),
});
export type Bee = v.InferOutput<typeof Bee>;

export const WorkersAnswer = v.object({ workers: v.array(Bee) });

export const MetricsAnswer = v.object({
	temperature: v.optional(Number_),
	averageFitness: v.optional(Number_),
	activeFoodSources: v.optional(Number_),
	pheromone_levels: v.optional(Share, {}),
	throughput: v.optional(Number_),
});
export type MetricsAnswer = v.InferOutput<typeof MetricsAnswer>;

export const DancesAnswer = v.object({
	totalDances: v.optional(Number_),
	averageVigor: v.optional(Number_),
	vigorDistribution: v.optional(Share, {}),
	recentDances: v.optional(v.array(v.object({ partitionId: v.string(), timestamp: v.string() })), []),
});
export type DancesAnswer = v.InferOutput<typeof DancesAnswer>;

export const SqlQuery = v.object({
	queryId: v.string(),
	sql: v.string(),
	status: v.string(),
	startTime: v.optional(v.nullable(v.string())),
	endTime: v.optional(v.nullable(v.string())),
	errorMessage: v.optional(v.nullable(v.string())),
});
export type SqlQuery = v.InferOutput<typeof SqlQuery>;

export const QueriesAnswer = v.object({ queries: v.array(SqlQuery) });

export const HealthAnswer = v.object({
	timestamp: v.optional(v.string()),
	components: v.optional(recordOf(v.string(), v.string()), {}),
});
export type HealthAnswer = v.InferOutput<typeof HealthAnswer>;

/** Asks HiveFrame's own dashboard, one question at a time: it answers one at a time. */
const TIMEOUT_MS = 3_000;
const MOST_BYTES = 16_000_000;
/** It drops a connection now and then, when what it iterates over changes; the next try mostly works. */
const TRIES = 4;
const PAUSE_MS = 40;

export interface Answer<T> {
	data: T;
	/** The server's clock, ms since 1970, if it was sent. */
	date: number;
}

export class RestClient {
	readonly #base: string;
	readonly #access: Access;
	readonly #abort: AbortSignal;

	constructor(url: URL, access: Access, abort: AbortSignal) {
		this.#base = url.href.replace(/\/+$/, "");
		this.#access = access;
		this.#abort = abort;
	}

	/** @throws where there is no answer, where it says that it failed, and where it is not what HiveFrame answers. */
	async ask<S extends v.GenericSchema>(path: string, schema: S): Promise<Answer<v.InferOutput<S>>> {
		const { text, date } = await this.#get(path);
		const envelope = v.safeParse(Envelope, read(path, text));
		if (!envelope.success) throw new Error(`${path} is not what HiveFrame's dashboard answers; is this its address?`);
		if (!envelope.output.success) throw new Error(`${path} failed: ${envelope.output.error ?? "without a reason"}`);
		const data = v.safeParse(schema, envelope.output.data);
		if (!data.success) throw new Error(`${path} is not as expected: ${describeIssues(data.issues)}`);
		return { data: data.output, date: date ?? Date.now() };
	}

	async #get(path: string): Promise<Got> {
		const get = { url: `${this.#base}${path}`, accept: "application/json", timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES };
		for (let tries = 1; ; tries++) {
			try {
				return await httpGet({ ...get, ...this.#access }, this.#abort);
			} catch (error) {
				if (!(error instanceof Dropped) || tries >= TRIES) throw error;
				await wait(PAUSE_MS * tries);
			}
		}
	}
}

function read(path: string, text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		throw new Error(`${path} did not answer with JSON`);
	}
}
