/** The comb's geometry: every cell inside its box, none on another, each found where it stands, and all reached by keys. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CombLayout, cellAfter, cellAt, centreX, centreY, combLayout, corners } from "../../web/comb/layout.ts";

const LARGEST = 26;
const box = fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 40, max: 900 }) });
const counts = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10_000 }));
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

test("every cell lies in the box, and is found at its centre and just inside its corners", () => {
	fc.assert(
		fc.property(counts, box, fc.nat(), (count, { width, height }, seed) => {
			const layout = combLayout(count, { width, height }, LARGEST);
			expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(count);
			expect(layout.columns * (layout.rows - 1)).toBeLessThan(count);
			for (const i of [0, count - 1, seed % count, Math.min(count - 1, layout.columns - 1), Math.min(count - 1, 2 * layout.columns - 1)]) {
				const [x, y] = [centreX(layout, i), centreY(layout, i)];
				expect(cellAt(layout, x, y)).toBe(i);
				for (const [cornerX, cornerY] of corners(x, y, layout.radius)) {
					expect(cornerX).toBeGreaterThanOrEqual(-1e-6);
					expect(cornerX).toBeLessThanOrEqual(width + 1e-6);
					expect(cornerY).toBeLessThanOrEqual(height + 1e-6);
					expect(cellAt(layout, x + (cornerX - x) * 0.98, y + (cornerY - y) * 0.98)).toBe(i);
				}
			}
		}),
	);
});

test("a point belongs to the cell whose centre is nearest, and outside the comb to none", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 300 }),
			box,
			fc.double({ min: 0, max: 1, noNaN: true }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(count, size, u, v) => {
				const layout = combLayout(count, size, LARGEST);
				const [x, y] = [u * size.width, v * size.height];
				const found = cellAt(layout, x, y);
				const distances = Array.from({ length: count }, (_, i) => Math.hypot(x - centreX(layout, i), y - centreY(layout, i)));
				const nearest = Math.min(...distances);
				if (found >= 0) expect(distances[found]).toBeCloseTo(nearest, 6);
				// Past a corner's distance no cell can hold the point; within the inner circle its cell must.
				if (nearest > layout.radius) expect(found).toBe(-1);
				if (nearest < layout.radius * (Math.sqrt(3) / 2) * 0.999) expect(distances[found]).toBeCloseTo(nearest, 6);
			},
		),
	);
	const layout = combLayout(10, { width: 300, height: 100 }, LARGEST);
	for (const [x, y] of [
		[-1, 10],
		[10, -1],
		[1e6, 10],
		[10, 1e6],
	] as const)
		expect(cellAt(layout, x, y)).toBe(-1);
	expect(cellAt(combLayout(0, { width: 300, height: 100 }, LARGEST), 10, 10)).toBe(-1);
});

test("cells are as large as the box allows: none that is a hundredth larger fits", () => {
	fc.assert(
		fc.property(counts, box, (count, { width, height }) => {
			const { radius } = combLayout(count, { width, height }, LARGEST);
			for (let larger = radius * 1.01; larger <= LARGEST; larger *= 1.01) {
				const columns = Math.floor(width / (Math.sqrt(3) * larger) - 0.5);
				expect(columns < 1 || (2 + 1.5 * (Math.ceil(count / columns) - 1)) * larger > height, `radius ${radius}, but ${larger} fits`).toBe(
					true,
				);
			}
		}),
	);
});

test("arrow keys stay on the comb; the reverse key returns; every cell can be reached", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 400 }), box, fc.array(fc.constantFrom(...KEYS), { maxLength: 60 }), (count, size, keys) => {
			const layout = combLayout(count, size, LARGEST);
			let at = 0;
			for (const key of keys) {
				const next = cellAfter(layout, at, key) ?? -1;
				expect(next).toBeGreaterThanOrEqual(0);
				expect(next).toBeLessThan(count);
				if (key === "ArrowDown" && next === at + layout.columns) expect(cellAfter(layout, next, "ArrowUp")).toBe(at);
				// One row up or down is never further away than a neighbour, save where the last row is short.
				if (key === "ArrowUp" && next !== at) expect(far(layout, at, next)).toBeLessThan(1.01 * Math.sqrt(3) * layout.radius);
				at = next;
			}
		}),
	);
	const layout = combLayout(23, { width: 300, height: 200 }, LARGEST);
	const reached = new Set([0]);
	for (const from of reached) for (const key of KEYS) reached.add(cellAfter(layout, from, key) ?? 0);
	expect(reached.size).toBe(23);
	expect(cellAfter(layout, 7, "Home")).toBe(0);
	expect(cellAfter(layout, 7, "End")).toBe(22);
	expect(cellAfter(layout, 7, "a")).toBeUndefined();
	expect(cellAfter(combLayout(0, { width: 300, height: 200 }, LARGEST), 0, "End")).toBeUndefined();
});

const far = (layout: CombLayout, a: number, b: number): number =>
	Math.hypot(centreX(layout, a) - centreX(layout, b), centreY(layout, a) - centreY(layout, b));
