/** Targets that somebody else knows: asked for now and then, the last answer stands until the next. */
import { wordsOf } from "../../../bridge/complaints.ts";
import type { Check } from "../../../protocol/state.ts";
import { ReachCheck } from "../../reach-check.ts";
import { SlowRead } from "../../slow-read.ts";
import type { Target, TargetList } from "./target.ts";

const PATIENCE_MS = 2_000;

export class DiscoveredTargets implements TargetList {
	readonly dynamic = true;
	readonly #reading: SlowRead<Target[] | undefined>;
	readonly #refreshMs: number;
	readonly #check: ReachCheck;
	#known: Target[] = [];
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
		if (now - this.#askedAt < this.#refreshMs) return this.#known;
		const found = await this.#reading.next(PATIENCE_MS);
		if (found) {
			// Two records may name one place.
			this.#known = [...new Map(found.map((target) => [target.url, target])).values()];
			this.#askedAt = now;
		}
		return this.#known;
	}

	check(): Check {
		return this.#check.view();
	}
}
