/** The look of a cell, and its words in the legend. */
import { expect, test } from "vitest";
import { encodeState, encodeValue } from "../../colony-bridge/protocol/query/cells.ts";
import type { CombRow } from "../../colony-bridge/protocol/query/rows.ts";
import { CELL_STATUSES, STEPS, scaleFor, stepOf, stepStart } from "../../web/comb/cell-status.ts";
import { cellInWords, readCells, readIds } from "../../web/comb/cells.ts";

const row = (values?: (number | undefined)[]): CombRow => ({
	id: "w-1",
	prefix: "w-",
	suffixes: ["1", "2", "3", "4"],
	states: encodeState("busy") + encodeState("idle", "degraded") + encodeState("running", "unhealthy") + encodeState("failed", "unhealthy"),
	...(values && { values: values.map(encodeValue).join("") }),
});

test("poor health is shown before activity, a failure before both", () => {
	const cells = readCells([row()], undefined, undefined);
	expect(readIds([row()])).toEqual(["w-1", "w-2", "w-3", "w-4"]);
	expect([...cells.statuses].map((status) => CELL_STATUSES[status]?.word)).toEqual(["busy", "degraded", "unhealthy", "failed"]);
	expect(cells.tally.reduce((a, b) => a + b)).toBe(4);
	expect(cellInWords(cells, 1)).toBe("idle, degraded");
});

test("a group has the worst of its workers' states or, without trouble, the most common; the legend counts workers", () => {
	const [busy, idle, failed] = [encodeState("busy", "healthy"), encodeState("idle", "healthy"), encodeState("failed", "unhealthy")];
	const group: CombRow = {
		id: "host-1",
		by: "host",
		prefix: "host-",
		suffixes: ["1", "2", "3"],
		states: `${busy}5${failed}1,${busy}2${idle}4,${encodeState("idle", "degraded")}1${busy}900`,
	};
	const cells = readCells([group], undefined, undefined);
	expect([...cells.statuses].map((status) => CELL_STATUSES[status]?.word)).toEqual(["failed", "idle", "degraded"]);
	expect(cellInWords(cells, 0)).toBe("5 busy, 1 failed");
	expect(cells.tally.reduce((a, b) => a + b)).toBe(913);
	const filtered = readCells([{ ...group, matches: "100" }], undefined, undefined);
	expect(filtered.tally.reduce((a, b) => a + b)).toBe(6);
	const hot = readCells([{ ...group, values: [93, 4, undefined].map(encodeValue).join("") }], "cpu_percent", "percent");
	expect(hot.tally).toEqual([1, 0, 0, 0, 1, 1]);
	expect(cellInWords(hot, 0).replace(/\s/g, " ")).toBe("5 busy, 1 failed, highest 93.0 %");
});

test("a number falls into its step; one that is not there into none", () => {
	const cells = readCells([row([0, 19.9, 100, undefined])], "cpu_percent", "percent");
	expect([...cells.statuses]).toEqual([0, 0, STEPS - 1, STEPS]);
	expect(cells.tally).toEqual([2, 0, 0, 0, 1, 1]);
	expect(cellInWords(cells, 2)).toContain("100");
	expect(cellInWords(cells, 3)).toContain("not reported");
});

test("a scale ends at round numbers that hold all values", () => {
	expect(scaleFor(Float32Array.of(3, 170), "megabytes")).toMatchObject({ low: 0, high: 200 });
	expect(scaleFor(Float32Array.of(-3, 4), undefined)).toMatchObject({ low: -5, high: 5 });
	expect(scaleFor(Float32Array.of(-3, -1), undefined)).toMatchObject({ low: -5, high: 0 });
	expect(scaleFor(Float32Array.of(0, Number.NaN), undefined)).toMatchObject({ low: 0, high: 1 });
	expect(scaleFor(Float32Array.of(0.3), "ratio")).toMatchObject({ low: 0, high: 1 });
	const scale = scaleFor(Float32Array.of(170), "megabytes");
	for (const value of [0, 39, 41, 170, 200, 1e9, -5]) expect(stepOf(value, scale)).toBeLessThan(STEPS);
	expect([0, 1, 4].map((step) => stepStart(scale, step).replace(/\s/g, " "))).toEqual(["0 MB", "40 MB", "160 MB"]);
});
