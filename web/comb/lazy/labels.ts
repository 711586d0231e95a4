/** Names on the comb's canvas: in the cells if all fit there, else beside the cells of failed workers. */
import { CELL_STATUSES, isHollow, TROUBLE } from "../cell-status.ts";
import { type CombLayout, centreX, centreY, MARGIN } from "../layout.ts";

/** Minimum radius for a name in the cell, and the share of the radius that its letters have, CSS pixels. */
const INSIDE_RADIUS = 15;
const LETTERS = 0.44;
const LARGEST_LETTERS = 13;
/** Width of a name in the cell, in radii. */
const INSIDE_WIDTH = 1.5;
/** More cells have no names inside; failed cells that are looked at; names beside cells, and characters of each. */
const MOST_INSIDE = 1000;
const MOST_FAILED = 500;
const MOST_BESIDE = 40;
const LONGEST = 18;
const LETTERS_BESIDE = 11;

type Token = (name: string) => string;
export interface Labelled {
	/** Device pixels, without margin. */
	layout: CombLayout;
	statuses: Uint8Array;
	matches: Uint8Array | undefined;
	byState: boolean;
	/** The name of a cell, without what all names share. */
	name(cell: number): string;
	/** Device pixels of a CSS pixel. */
	dots: number;
	token: Token;
	/** Opacity of cells that do not match. */
	dim: number;
}

const font = (context: CanvasRenderingContext2D, size: number): void => {
	const { fontFamily } = getComputedStyle(context.canvas);
	context.font = `600 ${size}px ${fontFamily}`;
};

/** @returns the size of letters with which every name fits into its cell, device pixels; undefined: some do not */
export function insideSize(
	context: CanvasRenderingContext2D,
	{ layout, statuses, name, dots }: Pick<Labelled, "layout" | "statuses" | "name" | "dots">,
): number | undefined {
	const radius = layout.radius / dots;
	if (radius < INSIDE_RADIUS || statuses.length > MOST_INSIDE) return undefined;
	const size = Math.min(LARGEST_LETTERS, radius * LETTERS) * dots;
	font(context, size);
	let longest = "";
	for (let i = 0; i < statuses.length; i++) if (name(i).length > longest.length) longest = name(i);
	return context.measureText(longest).width <= INSIDE_WIDTH * layout.radius ? size : undefined;
}

/** @param size of letters inside cells, from {@link insideSize} */
export function paintLabels(context: CanvasRenderingContext2D, labelled: Labelled, size: number | undefined): void {
	context.textBaseline = "middle";
	if (size === undefined) beside(context, labelled);
	else inside(context, labelled, size);
	context.globalAlpha = 1;
}

function inside(context: CanvasRenderingContext2D, { layout, statuses, matches, byState, name, token, dim }: Labelled, size: number) {
	font(context, size);
	context.textAlign = "center";
	context.lineJoin = "round";
	context.lineWidth = size / 4;
	for (let i = 0; i < statuses.length; i++) {
		const mark = CELL_STATUSES[statuses[i] as number];
		const x = centreX(layout, i) + MARGIN;
		const y = centreY(layout, i) + MARGIN + (byState ? 0.36 * layout.radius : 0);
		context.globalAlpha = matches?.[i] === 0 ? dim : 1;
		const filled = byState && mark !== undefined && !isHollow(mark.shape);
		const ringed = !byState || (filled && mark.tone === "calm");
		if (ringed) {
			// Steps of a scale are of any lightness, and the quiet green is between both inks.
			context.strokeStyle = token("panel");
			context.strokeText(name(i), x, y);
		}
		context.fillStyle = token(filled && !ringed ? "panel" : "ink");
		context.fillText(name(i), x, y);
	}
}

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}
const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Right, left, above or below the cell, where no other name is. */
function beside(context: CanvasRenderingContext2D, { layout, statuses, matches, byState, name, dots, token }: Labelled) {
	if (!byState) return;
	const letters = LETTERS_BESIDE * dots;
	font(context, letters);
	context.textAlign = "left";
	const { width: across, height: down } = context.canvas;
	const reach = Math.max(layout.radius, 4.5 * dots);
	const gap = reach + 2 * dots;
	const failed: number[] = [];
	for (let i = 0; i < statuses.length && failed.length < MOST_FAILED; i++)
		if (TROUBLE.has(statuses[i] as number) && matches?.[i] !== 0) failed.push(i);
	// No name covers a failed cell.
	const taken = failed.map(
		(i): Box => ({
			x: centreX(layout, i) + MARGIN - reach,
			y: centreY(layout, i) + MARGIN - reach,
			width: 2 * reach,
			height: 2 * reach,
		}),
	);
	for (const i of failed.slice(0, MOST_BESIDE)) {
		const whole = name(i);
		const text = whole.length > LONGEST ? `${whole.slice(0, LONGEST / 2)}…${whole.slice(1 - LONGEST / 2)}` : whole;
		const [width, height] = [context.measureText(text).width + 6 * dots, letters * 1.4];
		const [x, y] = [centreX(layout, i) + MARGIN, centreY(layout, i) + MARGIN];
		const places = [
			{ x: x + gap, y: y - height / 2 },
			{ x: x - gap - width, y: y - height / 2 },
			{ x: x - width / 2, y: y - gap - height },
			{ x: x - width / 2, y: y + gap },
		].map((place): Box => ({ ...place, width, height }));
		const box = places.find(
			(one) => one.x >= 0 && one.y >= 0 && one.x + width <= across && one.y + height <= down && !taken.some((other) => overlap(one, other)),
		);
		if (!box) continue;
		taken.push(box);
		context.globalAlpha = 0.88;
		context.fillStyle = token("panel");
		context.fillRect(box.x, box.y, width, height);
		context.globalAlpha = 1;
		context.fillStyle = token("bad");
		context.fillText(text, box.x + 3 * dots, box.y + height / 2 + dots / 2);
	}
}
