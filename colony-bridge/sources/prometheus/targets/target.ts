/** Scrape targets, and the lists they come from. */

import { Resolver } from "node:dns/promises";
import { wordsOf } from "../../../bridge/warnings.ts";
import type { Check } from "../../../protocol/wire/state.ts";
import type { Access } from "../../access.ts";
import { ReachCheck, SlowRead } from "../../reads.ts";

export interface Target extends Access {
	/** Its URL, which identifies the target. */
	url: string;
	/** Display name: host and port, or a pod's name. */
	instance: string;
	job: string;
}

export interface TargetList {
	/** Targets come and go: their series have the label `instance` from the beginning. */
	readonly dynamic: boolean;
	list(): readonly Target[] | Promise<readonly Target[]>;
	/** Absent: nothing can go wrong. */
	check?(): Check;
}

/** From the bridge's configuration. */
export function staticTarget(url: URL, job: string, access: Access = {}): TargetList {
	if (url.pathname === "/" && !url.search) url.pathname = "/metrics";
	const target = { url: url.href, instance: instanceOf(url), job, ...access };
	return { dynamic: false, list: () => [target] };
}

export function instanceOf(url: URL): string {
	return `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
}

/** Path and query, where several things answer at one host and port. What may be a secret is not shown. */
export function pathOf(url: URL): string {
	const query = url.search.replace(/([?&][^=&]*(?:token|key|secret|passw|auth|sig)[^=&]*=)[^&]*/gi, "$1…");
	return `${url.pathname === "/" ? "" : url.pathname.replace(/\/+$/, "")}${query}`;
}

/** Targets that somebody else knows: asked for now and then, the last answer stands until the next. */
const PATIENCE_MS = 2_000;

export class DiscoveredTargets implements TargetList {
	readonly dynamic = true;
	readonly #reading: SlowRead<Target[] | undefined>;
	readonly #refreshMs: number;
	readonly #check: ReachCheck;
	#last: Target[] = [];
	#askedAt = Number.NEGATIVE_INFINITY;

	/** @param name for people, e.g. `dns _metrics._tcp.example.com` */
	constructor(name: string, discover: () => Promise<Target[]>, refreshMs = 30_000) {
		this.#refreshMs = refreshMs;
		this.#check = new ReachCheck(name);
		this.#reading = new SlowRead(async () => {
			try {
				const found = await discover();
				if (found.length === 0) this.#check.note("warning", "no targets were found");
				else this.#check.note("ok");
				return found;
			} catch (error) {
				this.#check.note("failed", wordsOf(error));
				return undefined;
			}
		});
	}

	async list(): Promise<readonly Target[]> {
		const now = performance.now();
		if (now - this.#askedAt < this.#refreshMs) return this.#last;
		const found = await this.#reading.next(PATIENCE_MS);
		if (found) {
			// Two records may name one place.
			this.#last = [...new Map(found.map((target) => [target.url, target])).values()];
			this.#askedAt = now;
		}
		return this.#last;
	}

	check(): Check {
		return this.#check.view();
	}
}

interface SrvRecord {
	name: string;
	port: number;
}

interface SrvOptions extends Access {
	job: string;
	/** Default: the machine's own name servers. */
	resolve?: (name: string) => Promise<SrvRecord[]>;
	refreshMs?: number;
}

/** Targets that DNS names: `dns+srv://_metrics._tcp.example.com/metrics`, https with `?scheme=https`. */
export function srvTargets(url: URL, { job, resolve, refreshMs, ...access }: SrvOptions): TargetList {
	const ask = resolve ?? ((name: string) => new Resolver({ timeout: 2_000, tries: 2 }).resolveSrv(name));
	const scheme = url.searchParams.get("scheme") ?? "http";
	if (scheme !== "http" && scheme !== "https") throw new TypeError(`invalid scheme "${scheme}" in ${url.href}; write http or https`);
	const path = url.pathname === "" || url.pathname === "/" ? "/metrics" : url.pathname;
	const discover = async (): Promise<Target[]> => {
		const records = await ask(url.hostname).catch((error: NodeJS.ErrnoException): SrvRecord[] => {
			// The name is there and has no records: that is an answer.
			if (error.code === "ENODATA") return [];
			throw error;
		});
		return records.map(({ name, port }) => {
			const at = new URL(`${scheme}://${name.replace(/\.$/, "")}:${port}${path}`);
			return { url: at.href, instance: instanceOf(at), job, ...access };
		});
	};
	return new DiscoveredTargets(`dns ${url.hostname}`, discover, refreshMs);
}
