/** A chart as an image with title, legend and axes, for reports. Rendered at twice the screen's resolution. */
import { quantity } from "../format/number.ts";
import { type EventSpan, type EventSpot, eventMark, leadingKind } from "./events.ts";
import { newest } from "./model.ts";
import { dashesOf, fillOpacity, heightOf, type Layer, type Picture, traceFill, traceStroke } from "./picture.ts";
import type { TimeTick } from "./time-axis.ts";

export interface ImageParts {
	picture: Picture;
	times: readonly TimeTick[];
	spots: readonly EventSpot[];
	spans: readonly EventSpan[];
	/** The time range without data at the end: its start as a share of the width, and its label. */
	missing: { from: number; words: string } | undefined;
	title: string;
	subtitle: string;
	/** An element whose theme's colours and fonts the image uses. */
	like: Element;
}

const SIZE = { width: 960, height: 480 };
const FINENESS = 2;
const EDGE = 24;
const AXIS = 72;
const LINE = 20;

export async function chartPng(parts: ImageParts): Promise<Blob> {
	const canvas = document.createElement("canvas");
	canvas.width = SIZE.width * FINENESS;
	canvas.height = SIZE.height * FINENESS;
	const context = canvas.getContext("2d");
	if (!context) throw new Error("this browser draws no images");
	context.scale(FINENESS, FINENESS);
	paint(context, parts);
	return new Promise((resolve, reject) =>
		canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("this browser writes no PNG"))), "image/png"),
	);
}

function paint(context: CanvasRenderingContext2D, { picture, times, spots, spans, missing, title, subtitle, like }: ImageParts): void {
	const style = getComputedStyle(like);
	const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
	const font = (size: number, weight = 400) => {
		context.font = `${weight} ${size}px ${style.fontFamily}`;
	};
	const text = (words: string, x: number, y: number, ink: string, align: CanvasTextAlign = "left") => {
		context.fillStyle = colour(ink);
		context.textAlign = align;
		context.fillText(words, x, y);
	};
	context.fillStyle = colour("panel");
	context.fillRect(0, 0, SIZE.width, SIZE.height);
	font(18, 600);
	text(title, EDGE, EDGE + 14, "ink");
	font(13);
	text(subtitle, EDGE, EDGE + 34, "ink-3");

	let x = EDGE;
	let y = EDGE + 60;
	for (const [i, { line, hidden }] of picture.layers.entries()) {
		if (hidden) continue;
		const last = newest(line.values);
		const words = `${line.name}  ${last === undefined ? "–" : quantity(last, picture.model.unit)}`;
		const width = 24 + context.measureText(words).width + 20;
		if (x > EDGE && x + width > SIZE.width - EDGE) {
			x = EDGE;
			y += LINE;
		}
		context.strokeStyle = colour(`s${(i % 8) + 1}`);
		context.lineWidth = 2;
		context.setLineDash([...dashesOf(picture.kind, i)]);
		context.beginPath();
		context.moveTo(x, y - 4);
		context.lineTo(x + 18, y - 4);
		context.stroke();
		text(words, x + 24, y, "ink-2");
		x += width;
	}

	const area = { left: EDGE + AXIS, top: y + 16, width: SIZE.width - 2 * EDGE - AXIS, height: SIZE.height - y - 16 - EDGE - 22 };
	const across = (share: number) => area.left + share * area.width;
	const down = (share: number) => area.top + share * area.height;
	context.setLineDash([]);
	context.lineWidth = 1;
	context.strokeStyle = colour("line");
	font(12);
	const rule = (x1: number, y1: number, x2: number, y2: number) => {
		context.beginPath();
		context.moveTo(x1, y1);
		context.lineTo(x2, y2);
		context.stroke();
	};
	for (const [i, tick] of picture.scale.ticks.entries()) {
		const height = down(heightOf(picture.scale, tick));
		rule(area.left, height, area.left + area.width, height);
		text(picture.axis.labels[i] ?? "", area.left - 8, height + 4, "ink-3", "right");
	}
	for (const { share, label } of times) {
		rule(across(share), area.top, across(share), area.top + area.height);
		text(label, across(share), area.top + area.height + 20, "ink-3", "center");
	}
	if (picture.axis.unit) text(picture.axis.unit, area.left - 8, area.top + area.height + 20, "ink-3", "right");

	context.fillStyle = colour("off");
	context.globalAlpha = 0.2;
	for (const { from, to } of spans) context.fillRect(across(from), area.top, (to - from) * area.width, area.height);
	context.globalAlpha = 1;

	if (missing) {
		const left = across(missing.from);
		const width = area.left + area.width - left;
		context.save();
		context.beginPath();
		context.rect(left, area.top, width, area.height);
		context.clip();
		context.strokeStyle = colour("off");
		context.globalAlpha = 0.55;
		for (let x = left - area.height; x < left + width; x += 10) rule(x, area.top + area.height, x + area.height, area.top);
		context.restore();
		text(missing.words, area.left + area.width - 4, area.top + 14, "ink-2", "right");
	}

	const column = area.width / picture.width;
	const scaled = new DOMMatrix([column, 0, 0, -area.height, area.left - picture.left * column, area.top + area.height]);
	const traced = (trace: typeof traceFill, layer: Layer) => {
		const path = new Path2D();
		trace(picture, layer, {
			move: (x, level) => path.moveTo(x, level),
			line: (x, level) => path.lineTo(x, level),
			close: () => path.closePath(),
			box: (x, level, width, toLevel) => path.rect(x, level, width, toLevel - level),
		});
		const whole = new Path2D();
		whole.addPath(path, scaled);
		return whole;
	};
	context.lineJoin = "round";
	for (const [i, layer] of picture.layers.entries()) {
		const ink = colour(`s${(i % 8) + 1}`);
		context.fillStyle = ink;
		context.globalAlpha = fillOpacity(picture);
		context.fill(traced(traceFill, layer));
		context.globalAlpha = 1;
		context.strokeStyle = ink;
		context.lineWidth = 1.75;
		context.setLineDash([...dashesOf(picture.kind, i)]);
		context.stroke(traced(traceStroke, layer));
	}
	context.lineWidth = 1;
	context.setLineDash([2, 3]);
	for (const spot of spots) {
		const { tone } = eventMark(leadingKind(spot));
		context.strokeStyle = colour(tone);
		rule(across(spot.share), area.top, across(spot.share), area.top + area.height);
		text("▲", across(spot.share), area.top + area.height + 4, tone, "center");
	}
}
