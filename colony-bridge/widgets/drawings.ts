/** Custom widgets, drawn again and again by the program that defined them. */
import { LIMITS } from "../protocol/wire/limits.ts";
import type { UpFrameOf, WidgetDrawing } from "../protocol/wire/up.ts";
import type { DashboardLayout } from "./dashboard-layout.ts";
import type { CustomWidget } from "./widget.ts";

/** A drawing that takes longer than this is said to hang, ms; it is still waited for, and no other begun. */
const PATIENCE_MS = 10_000;

/** One widget. A fault of its code is shown in its place and stops nothing else. */
class Drawing {
	readonly #widget: CustomWidget;
	readonly id: string;
	readonly #drawn: (drawing: WidgetDrawing) => void;
	/** The newest drawing. */
	newest: WidgetDrawing | undefined;
	#busy = false;
	#dueAt = 0;

	/** @param drawn hears each drawing that differs from the one before. */
	constructor(widget: CustomWidget, id: string, drawn: (drawing: WidgetDrawing) => void) {
		this.#widget = widget;
		this.id = id;
		this.#drawn = drawn;
	}

	/** Begins a drawing where one is due. @param now monotonic, ms. */
	begin(now: number): void {
		if (this.#busy || now < this.#dueAt) return;
		this.#dueAt = now + (this.#widget.refreshIntervalMs ?? 0);
		void this.#draw();
	}

	async #draw(): Promise<void> {
		this.#busy = true;
		const patience = setTimeout(() => this.#failed(`it has not been drawn within ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
		try {
			// A slow widget must not keep the program up after its work is done.
			patience.unref();
			const data = (await this.#widget.getData?.()) ?? {};
			const html: unknown = await this.#widget.render({ title: this.#widget.title, at: Date.now(), data });
			if (typeof html !== "string")
				throw new TypeError(`render() returned ${html === null ? "null" : typeof html}; it must return HTML as text`);
			if (html.length > LIMITS.htmlChars) {
				throw new RangeError(`render() returned ${html.length} characters; a widget has ${LIMITS.htmlChars} at most`);
			}
			this.#show({ type: "html", id: this.id, html });
		} catch (error) {
			this.#failed(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
		} finally {
			clearTimeout(patience);
			this.#busy = false;
		}
	}

	#failed(message: string): void {
		this.#show({ type: "failed", id: this.id, message: message.slice(0, LIMITS.textChars) });
	}

	#show(drawing: WidgetDrawing): void {
		const text = (one: WidgetDrawing | undefined) => (one?.type === "html" ? one.html : one?.message);
		if (this.newest?.type === drawing.type && text(this.newest) === text(drawing)) return;
		this.newest = drawing;
		this.#drawn(drawing);
	}
}

/** Characters of HTML in one frame: three bytes each at most, it stays well below a push. */
const FRAME_CHARS = 200_000;

type HtmlFrame = Omit<UpFrameOf<"html">, "seq">;

/** All custom widgets of a layout, and those of which the cluster has not been sent the newest drawing. */
export class Drawings {
	/** Whose they are. */
	readonly of: DashboardLayout;
	readonly #drawings = new Map<string, Drawing>();
	readonly #untold = new Map<string, WidgetDrawing>();

	constructor(layout: DashboardLayout) {
		this.of = layout;
	}

	/** Begins the drawings that are due; `take` returns their results later. */
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

	/** Frames of the drawings changed since the last call. */
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
