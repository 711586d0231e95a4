import type { Connect, Link } from "../../colony-bridge/bridge/link.ts";
import { Pulse } from "../../colony-bridge/bridge/timing.ts";
import { wordsOf } from "../../colony-bridge/bridge/warnings.ts";
import type { Layout } from "../../colony-bridge/protocol/wire/layout.ts";
import type { DashboardLayout } from "../../colony-bridge/widgets/dashboard-layout.ts";
import { Drawings } from "../../colony-bridge/widgets/drawings.ts";
import type { Cluster } from "../../durable/cluster/cluster.ts";
import type { Socket } from "../../durable/live/socket.ts";
import type { OwnEntry } from "../../durable/log/entry.ts";
import { wholly } from "../../durable/work/work.ts";

/**
 * A bridge's link to a cluster in this process: the frames are the same, no bytes cross a network. What the cluster sends arrives in
 * order, after the call that caused it has returned.
 */
export function clusterLink(find: () => Cluster): Connect {
	return (events): Link => {
		// A failed open is retried.
		const cluster = find();
		let open = true;
		const socket: Socket = {
			send: (text) => queueMicrotask(() => open && events.message(text)),
			close: (code, reason) => queueMicrotask(() => end(code, reason)),
			attachment: undefined,
		};
		const end = (code: number, reason: string) => {
			if (!open) return;
			open = false;
			cluster.closed(socket);
			events.closed(code, reason);
		};
		queueMicrotask(() => {
			if (!open) return;
			cluster.open(socket, "bridge");
			events.open();
		});
		return {
			send: (text) => {
				if (open) cluster.message(socket, text);
			},
			close: () => queueMicrotask(() => end(1000, "closed by the bridge")),
		};
	};
}

const AGAIN_MS = 30_000;

/** Makes the pages and widgets of the program behind the dashboard known to its cluster, and draws its custom widgets. */
export class LayoutPublisher {
	/** Its storage may not be readable now. */
	readonly #cluster: () => Cluster;
	readonly #layout: DashboardLayout;
	readonly #drawings: Drawings;
	readonly #pulse: Pulse;
	#published: Layout | undefined;
	/** Monotonic time before which a refused push is not retried, ms. */
	#again = 0;

	/** @param intervalMs between drawings of custom widgets. */
	constructor(cluster: () => Cluster, layout: DashboardLayout, intervalMs: number) {
		this.#cluster = cluster;
		this.#layout = layout;
		this.#drawings = new Drawings(layout);
		this.#pulse = new Pulse(async () => this.#draw(), intervalMs);
	}

	/** Replaces the state of an earlier run. A new cluster stays untouched while there is nothing to push. */
	start(): void {
		this.begin();
		this.#pulse.start();
	}

	/** Also where the cluster was deleted meanwhile. */
	begin(): void {
		this.#published = undefined;
		this.publish();
		this.#publish(this.#drawings.everything());
	}

	stop(): Promise<void> {
		return this.#pulse.stop();
	}

	/** A refused frame is a warning; the dashboard goes on. */
	publish(): void {
		const { current } = this.#layout;
		if (current === this.#published || performance.now() < this.#again) return;
		const empty = current.widgets.length + current.pages.length === 0;
		const done = this.#quietly("the pages and widgets", () => {
			if (!empty || wholly(this.#cluster().reader.view([])).position > 0) this.#cluster().publish({ layout: current });
		});
		if (done) this.#published = current;
	}

	#draw(): void {
		this.#drawings.begin();
		this.publish();
		if (performance.now() >= this.#again) this.#publish(this.#drawings.take());
	}

	#publish(frames: readonly Required<Pick<OwnEntry, "widgets">>[]): void {
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
