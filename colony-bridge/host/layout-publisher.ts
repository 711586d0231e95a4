import type { Cluster } from "../../durable/cluster.ts";
import { wholly } from "../../durable/work/work.ts";
import { Pulse } from "../bridge/pulse.ts";
import { Drawings } from "../custom-widgets/drawings.ts";
import type { DashboardLayout } from "../dashboard-layout.ts";
import type { Layout } from "../protocol/layout.ts";
import type { Hello, UpFrameOf } from "../protocol/up.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";

/** Pages and widgets come from a bridge of their own, so that a colony's bridge may bring others and neither replaces the other's. */
const BRIDGE = "layout";

let lastEpoch = 0;

/** Makes the pages and widgets of the program behind the dashboard known to its cluster, and draws its custom widgets. */
export class LayoutPublisher {
	readonly #cluster: Cluster;
	readonly #colony: string;
	readonly #layout: DashboardLayout;
	readonly #drawings: Drawings;
	readonly #pulse: Pulse;
	#published: Layout | undefined;
	#epoch = 0;
	#seq = 0;

	/** @param intervalMs between drawings of custom widgets. */
	constructor(cluster: Cluster, colony: string, layout: DashboardLayout, intervalMs: number) {
		this.#cluster = cluster;
		this.#colony = colony;
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
		const { current } = this.#layout;
		const isNews = wholly(this.#cluster.view([])).position > 0 || current.widgets.length + current.pages.length > 0;
		this.#published = isNews ? undefined : current;
		this.publish();
	}

	stop(): Promise<void> {
		return this.#pulse.stop();
	}

	/** Each change is a run of its own. @throws where the cluster refuses it. */
	publish(): void {
		const { current } = this.#layout;
		if (current === this.#published) return;
		// Two runs within one millisecond are two as well.
		lastEpoch = Math.max(Date.now(), lastEpoch + 1);
		this.#epoch = lastEpoch;
		this.#seq = 0;
		const refusal = this.#push([{ type: "layout", layout: current }]);
		if (refusal) throw new Error(`the cluster refused the pages and widgets: ${refusal}`);
		this.#published = current;
	}

	#draw(): void {
		this.#drawings.begin();
		const frames = this.#drawings.take();
		if (frames.length === 0) return;
		const refusal = this.#push(frames);
		if (refusal) console.warn(`the cluster refused a custom widget's drawing: ${refusal}`);
	}

	/** @returns why it was refused, if it was. */
	#push(frames: (Omit<UpFrameOf<"layout">, "seq"> | Omit<UpFrameOf<"html">, "seq">)[]): string | undefined {
		const hello: Hello = {
			type: "hello",
			protocol: PROTOCOL_VERSION,
			bridge: BRIDGE,
			epoch: this.#epoch,
			colony: this.#colony,
			can: [],
			intervalMs: 3_600_000,
		};
		const lines = [hello, ...frames.map((frame) => ({ ...frame, seq: ++this.#seq }))];
		const answers = this.#cluster.push(lines.map((line) => JSON.stringify(line)).join("\n"));
		const refusal = answers.find((answer) => answer.type === "error");
		return refusal?.type === "error" ? refusal.detail : undefined;
	}
}
