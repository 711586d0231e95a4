/** The rules in the READMEs of the rooms: test titles quote their ids. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectFiles, ROOT } from "./house-imports.ts";

const READMES = ["colony-bridge/protocol/README.md", "durable/README.md", "durable/history/README.md"];
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The ids at the start of a title: `"D1, D2: ..."`. */
const QUOTED = /["'`]([A-Z]\d+(?:, [A-Z]\d+)*): /g;

const rules = READMES.flatMap((path) => [...read(path).matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, id = ""]) => id));
const tests = projectFiles().filter((path) => /^test\/.*(\.test|-suite|survives-kills)\.ts$|^test\/wire\/vectors\/.*\.json$/.test(path));
const quoted = tests.flatMap((path) =>
	[...read(path).matchAll(QUOTED)].flatMap(([, ids = ""]) => ids.split(", ").map((id) => ({ id, path }))),
);

describe("the rules", () => {
	test("have an id each", () => {
		expect(rules.length).toBeGreaterThan(15);
		expect(rules).toEqual([...new Set(rules)]);
	});

	test.each(rules)("%s is quoted by a test", (id) => {
		expect(quoted.map((each) => each.id)).toContain(id);
	});

	test("are all that tests quote", () => {
		expect(quoted.filter(({ id }) => !rules.includes(id))).toEqual([]);
	});
});
