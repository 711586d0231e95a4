import { expect, test } from "vitest";
import { isNight } from "../../web/view/lazy/night.ts";

test.each([
	["22-7", [22, 23, 0, 6], [7, 12, 21]],
	["1-5", [1, 4], [0, 5, 23]],
	["8-8", [], [0, 8, 23]],
])("a wall screen with dim=%s is dark in these hours alone", (dim, dark, light) => {
	expect(dark.filter((hour) => !isNight(dim, hour))).toEqual([]);
	expect(light.filter((hour) => isNight(dim, hour))).toEqual([]);
});
