/** Asks HiveFrame's own dashboard, one question at a time: it answers one at a time. */
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { describeIssues } from "../../protocol/problem.ts";
import type { Access } from "../access.ts";
import { Dropped, type Got, httpGet } from "../http-get.ts";
import { parseJson } from "./bare-nan.ts";
import { Envelope } from "./rest-shapes.ts";

const TIMEOUT_MS = 3_000;
const MOST_BYTES = 16_000_000;
/** It drops a connection now and then, when what it iterates over changes; the next try mostly works. */
const TRIES = 4;
const PAUSE_MS = 40;

export interface Answer<T> {
	data: T;
	/** The server's clock, ms since 1970, where it told. */
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
		if (!envelope.output.success) throw new Error(`${path} failed: ${envelope.output.error ?? "it does not say why"}`);
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
