/** Colours and font of the canvas. Reading them takes a style of the whole page, so they are read once for each theme. */
export interface Inks {
	/** The value of a CSS variable. */
	token(name: string): string;
	/** The colour of a CSS variable as a canvas pixel (ABGR). */
	pixel(name: string): number;
	font(): string;
	/** Reads all again, after a change of theme. */
	forget(): void;
}

export function createInks(canvas: HTMLCanvasElement): Inks {
	const style = getComputedStyle(canvas);
	const read = new Map<string, string>();
	const pixels = new Map<string, number>();
	const once = <Value>(known: Map<string, Value>, name: string, find: () => Value): Value => {
		const value = known.get(name) ?? find();
		known.set(name, value);
		return value;
	};
	const token = (name: string) => once(read, name, () => style.getPropertyValue(`--${name}`).trim());
	return {
		token,
		pixel: (name) => once(pixels, name, () => pixelOf(canvas, token(name))),
		font: () => once(read, "", () => style.fontFamily),
		forget() {
			read.clear();
			pixels.clear();
		},
	};
}

/** The canvas resolves `#rgb` and system colours. */
function pixelOf(canvas: HTMLCanvasElement, colour: string): number {
	const context = canvas.getContext("2d");
	if (!context) return 0;
	context.fillStyle = colour;
	// `#rrggbb`, or `rgba()` for a translucent system colour.
	const resolved = String(context.fillStyle);
	const parts = resolved.startsWith("#")
		? [1, 3, 5].map((at) => Number.parseInt(resolved.slice(at, at + 2), 16))
		: (resolved.match(/[\d.]+/g) ?? []).map(Number);
	const [red = 0, green = 0, blue = 0] = parts;
	return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
