/** The drawings of all custom widgets of a layout, and which of them the cluster has not been told. */

import type { UpFrameOf, WidgetDrawing } from "../protocol/wire/up.ts";
import type { DashboardLayout } from "./dashboard-layout.ts";
import { Drawing } from "./drawing.ts";

/** Characters of HTML in one frame: three bytes each at most, it stays well below a push. */
const FRAME_CHARS = 200_000;

type HtmlFrame = Omit<UpFrameOf<"html">, "seq">;

export class Drawings {
	/** Whose they are. */
	readonly of: DashboardLayout;
	readonly #drawings = new Map<string, Drawing>();
	readonly #untold = new Map<string, WidgetDrawing>();

	constructor(layout: DashboardLayout) {
		this.of = layout;
	}

	/** Begins what is due; what it gives is there when `take` is called later. */
	begin(): void {
		const now = performance.now();
		for (const [id, widget] of this.of.custom) {
			let drawing = this.#drawings.get(id);
			if (!drawing) {
				drawing = new Drawing(widget, id, (drawn) => this.#untold.set(id, drawn));
				this.#drawings.set(id, drawing);
			}
			drawing.begin(now);
		}
	}

	/** Frames of what has changed since they were taken last. */
	take(): HtmlFrame[] {
		const drawings = [...this.#untold.values()];
		this.#untold.clear();
		return frames(drawings);
	}

	/** Frames of all there is, for a cluster that knows nothing. */
	everything(): HtmlFrame[] {
		this.#untold.clear();
		return frames([...this.#drawings.values()].flatMap(({ newest }) => newest ?? []));
	}
}

function frames(drawings: readonly WidgetDrawing[]): HtmlFrame[] {
	const made: HtmlFrame[] = [];
	let chars = FRAME_CHARS;
	for (const drawing of drawings) {
		const size = drawing.type === "html" ? drawing.html.length : drawing.message.length;
		if (chars + size > FRAME_CHARS) {
			made.push({ type: "html", at: Date.now(), widgets: [] });
			chars = 0;
		}
		made.at(-1)?.widgets.push(drawing);
		chars += size;
	}
	return made;
}
