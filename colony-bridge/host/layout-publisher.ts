import type { Cluster } from "../../durable/cluster.ts";
import type { OwnEntry } from "../../durable/log/entry.ts";
import { wholly } from "../../durable/work/work.ts";
import { wordsOf } from "../bridge/complaints.ts";
import { Pulse } from "../bridge/pulse.ts";
import { Drawings } from "../custom-widgets/drawings.ts";
import type { DashboardLayout } from "../dashboard-layout.ts";
import type { Layout } from "../protocol/layout.ts";

const AGAIN_MS = 30_000;

/** Makes the pages and widgets of the program behind the dashboard known to its cluster, and draws its custom widgets. */
export class LayoutPublisher {
	/** Its storage may not be readable now. */
	readonly #cluster: () => Cluster;
	readonly #layout: DashboardLayout;
	readonly #drawings: Drawings;
	readonly #pulse: Pulse;
	#published: Layout | undefined;
	/** What was refused is not tried again before this, by the time that has passed, ms. */
	#again = 0;

	/** @param intervalMs between drawings of custom widgets. */
	constructor(cluster: () => Cluster, layout: DashboardLayout, intervalMs: number) {
		this.#cluster = cluster;
		this.#layout = layout;
		this.#drawings = new Drawings(layout);
		this.#pulse = new Pulse(async () => this.#draw(), intervalMs);
	}

	/** What an earlier run left in the storage is replaced; a cluster nobody has pushed to stays untouched where there is nothing to say. */
	start(): void {
		this.begin();
		this.#pulse.start();
	}

	/** Also where the cluster was deleted meanwhile. */
	begin(): void {
		this.#published = undefined;
		this.publish();
		this.#tell(this.#drawings.everything());
	}

	stop(): Promise<void> {
		return this.#pulse.stop();
	}

	/** What the cluster cannot take is a warning: the dashboard shows what it has. */
	publish(): void {
		const { current } = this.#layout;
		if (current === this.#published || performance.now() < this.#again) return;
		const empty = current.widgets.length + current.pages.length === 0;
		const done = this.#quietly("the pages and widgets", () => {
			if (!empty || wholly(this.#cluster().view([])).position > 0) this.#cluster().publish({ layout: current });
		});
		if (done) this.#published = current;
	}

	#draw(): void {
		this.#drawings.begin();
		this.publish();
		if (performance.now() >= this.#again) this.#tell(this.#drawings.take());
	}

	#tell(frames: readonly Required<Pick<OwnEntry, "widgets">>[]): void {
		for (const { widgets } of frames) this.#quietly("what custom widgets show", () => this.#cluster().publish({ widgets }));
	}

	#quietly(what: string, work: () => void): boolean {
		try {
			work();
			return true;
		} catch (error) {
			console.warn(`the cluster does not take ${what}: ${wordsOf(error)}`);
			this.#again = performance.now() + AGAIN_MS;
			return false;
		}
	}
}
