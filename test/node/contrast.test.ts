/** Every colour of the pages against what it lies on, in both themes (WCAG 2.2: 4.5 for text, 3 for shapes), and for those who see fewer colours. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const TOKENS = readFileSync(new URL("../../web/styles/tokens.css", import.meta.url), "utf8");

type Rgb = readonly [red: number, green: number, blue: number];

/** Linear light, 0 to 1. */
function rgb(hex: string): Rgb {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return [red, green, blue];
}

function tokensOf(theme: "light" | "dark"): Map<string, Rgb> {
	const found = new Map<string, Rgb>();
	for (const [, name = "", light = "", dark = light] of TOKENS.matchAll(
		/--([\w-]+): (?:var\(--light, )?(#[0-9a-f]{6})\)?(?: var\(--dark, (#[0-9a-f]{6})\))?;/g,
	)) {
		found.set(name, rgb(theme === "light" ? light : dark));
	}
	return found;
}

const luminance = ([red, green, blue]: Rgb): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

function contrast(a: Rgb, b: Rgb): number {
	const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
	return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["ground", "panel", "raised"];
const TEXTS = ["ink", "ink-2", "ink-3", "honey", "good", "warn", "bad", "off"];
const SHAPES = [...TEXTS, "calm", "line-strong", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];

/**
 * Full dichromacy in linear light: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color
 * Vision Deficiency", 2009, severity 1.
 */
const SIGHTS: Record<string, number[][]> = {
	protanopia: [
		[0.152286, 1.052583, -0.204868],
		[0.114503, 0.786281, 0.099216],
		[-0.003882, -0.048116, 1.051998],
	],
	deuteranopia: [
		[0.367322, 0.860646, -0.227968],
		[0.280085, 0.672501, 0.047413],
		[-0.01182, 0.04294, 0.968881],
	],
	tritanopia: [
		[1.255528, -0.076749, -0.178779],
		[-0.078411, 0.930809, 0.147602],
		[0.004733, 0.691367, 0.3039],
	],
};
const seen = (colour: Rgb, sight: number[][]): Rgb =>
	sight.map((row) =>
		Math.min(
			1,
			Math.max(
				0,
				row.reduce((sum, part, i) => sum + part * (colour[i] as number), 0),
			),
		),
	) as unknown as Rgb;

/** Euclidean distance in OKLab (B. Ottosson, 2020). */
function distance(a: Rgb, b: Rgb): number {
	const lab = ([r, g, b]: Rgb) => {
		const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
		const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
		const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
		return [
			0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
			1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
			0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
		];
	};
	const [x, y] = [lab(a), lab(b)];
	return Math.hypot(...x.map((part, i) => part - (y[i] as number)));
}

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
	const tokens = tokensOf(theme);
	const token = (name: string): Rgb => {
		const found = tokens.get(name);
		if (!found) throw new Error(`tokens.css has no --${name}`);
		return found;
	};

	test.each(GROUNDS)("text on --%s has a contrast of 4.5, shapes of 3", (ground) => {
		const weak = [...TEXTS.map((name) => [name, 4.5] as const), ...SHAPES.map((name) => [name, 3] as const)]
			.map(([name, least]) => ({ name, least, has: Number(contrast(token(name), token(ground)).toFixed(2)) }))
			.filter(({ least, has }) => has < least);
		expect(weak).toEqual([]);
	});

	test("what failed differs from what works to every kind of sight", () => {
		for (const [name, sight] of Object.entries(SIGHTS)) {
			expect(distance(seen(token("bad"), sight), seen(token("calm"), sight)), name).toBeGreaterThan(0.1);
		}
	});

	test("the steps of the comb's scale differ from their neighbours to every kind of sight", () => {
		for (const [name, sight] of Object.entries(SIGHTS)) {
			for (let step = 1; step < 5; step++) {
				const [a, b] = [token(`scale-${step - 1}`), token(`scale-${step}`)];
				expect(distance(seen(a, sight), seen(b, sight)), `${name}, step ${step}`).toBeGreaterThan(0.08);
			}
		}
	});
});
