/** The rules of the house, as README.md tells them: who may import whom, what files are called, what lies at the top. */
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cycles, type Import, importsOf, projectFiles, ROOT } from "./house-imports.ts";

const files = projectFiles();
const sources = files.filter((path) => /\.tsx?$/.test(path) && !path.startsWith("."));
const imports = sources.filter((path) => !path.startsWith("test/")).flatMap(importsOf);
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<
	"dependencies" | "devDependencies",
	Record<string, string>
>;

/** The house's rooms; a file belongs to the first that its path starts with. */
const ROOMS = ["colony-bridge/protocol/", "colony-bridge/", "durable/", "worker/", "web/"] as const;
type Room = (typeof ROOMS)[number];
const room = (path: string): Room | undefined => ROOMS.find((name) => path.startsWith(name));

const MAY_IMPORT: Record<Room, { values: Room[]; types: Room[] }> = {
	"colony-bridge/protocol/": { values: [], types: [] },
	"durable/": { values: ["colony-bridge/protocol/"], types: [] },
	"worker/": { values: ["colony-bridge/protocol/"], types: ["durable/"] },
	// What the server renderer is given (`PageData`) is the cluster port's word.
	"web/": { values: ["colony-bridge/protocol/"], types: ["durable/"] },
	"colony-bridge/": { values: ["colony-bridge/protocol/", "worker/", "durable/"], types: [] },
};

/** What a host gives is imported where the code meets its host, and nowhere else: the rest runs in workerd, in Node and in tests alike. */
const HOST_MODULES: Record<Room, { allowed: RegExp; doors: string[] }> = {
	"colony-bridge/protocol/": { allowed: /^$/, doors: [] },
	"durable/": { allowed: /^cloudflare:/, doors: ["durable/cluster-object.ts", "durable/access-object.ts"] },
	"worker/": { allowed: /^cloudflare:/, doors: ["worker/index.ts"] },
	"web/": { allowed: /^node:/, doors: ["web/vite.config.ts"] },
	"colony-bridge/": { allowed: /^node:/, doors: ["colony-bridge/"] },
};

const told = (found: Import[]): string[] => found.map(({ from, to, typeOnly }) => `${from} imports ${typeOnly ? "types of " : ""}${to}`);

describe("the house", () => {
	test("folders import only what they may", () => {
		const wrong = imports.filter(({ from, to, ours, typeOnly }) => {
			const [own, other] = [room(from), room(to)];
			if (!ours || !own || own === other) return false;
			// The worker's entry for Cloudflare exports the Durable Objects' classes, and hands over what stands for an object nobody may make.
			if (from === "worker/index.ts" && /^durable\/((cluster|access)-object|empty-cluster)\.ts$/.test(to)) return false;
			return !other || !(MAY_IMPORT[own].values.includes(other) || (typeOnly && MAY_IMPORT[own].types.includes(other)));
		});
		expect(told(wrong)).toEqual([]);
	});

	test("a host's modules are imported at its doors only", () => {
		const wrong = imports.filter(({ from, to }) => {
			const own = room(from);
			if (!own || !(/^(node|cloudflare|bun|deno):/.test(to) || builtinModules.includes(to))) return false;
			return !(HOST_MODULES[own].allowed.test(to) && HOST_MODULES[own].doors.some((door) => from.startsWith(door)));
		});
		expect(told(wrong)).toEqual([]);
	});

	test("no import goes in a circle", () => {
		const edges = new Map(
			sources.map((path): [string, string[]] => [
				path,
				importsOf(path)
					.filter(({ ours }) => ours)
					.map(({ to }) => to),
			]),
		);
		expect(cycles(edges)).toEqual([]);
	});

	test("what runs in a user's program is a dependency, not a development one", () => {
		const installed = imports.filter(
			({ from, to, ours, typeOnly }) => !ours && !typeOnly && !from.startsWith("web/") && !/^(#|node:|cloudflare:)/.test(to),
		);
		const names = new Set(installed.map(({ to }) => to.split("/", to.startsWith("@") ? 2 : 1).join("/")));
		expect([...names].filter((name) => !(name in manifest.dependencies))).toEqual([]);
		expect(Object.keys(manifest.dependencies).filter((name) => !names.has(name))).toEqual([]);
	});

	test("every relative import names its file", () => {
		const known = new Set(files);
		expect(told(sources.flatMap(importsOf).filter(({ to, ours }) => ours && !known.has(to) && !to.startsWith("dist/")))).toEqual([]);
	});

	test("no file or folder has a name that says nothing", () => {
		expect(files.filter((path) => /(^|\/)(utils?|helpers?|common|misc|shared|lib|stuff|functions?)(\/|\.[a-z.]+$)/i.test(path))).toEqual(
			[],
		);
	});

	test("the top level is as agreed", () => {
		const agreed = [
			"package.json",
			"package-lock.json",
			"wrangler.toml",
			"tsconfig.json",
			"worker",
			"durable",
			"web",
			"colony-bridge",
			"test",
		];
		const top = new Set(files.map((path) => path.split("/", 1)[0] ?? "").filter((name) => !name.startsWith(".")));
		const customary = ["README.md", "LICENSE", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"];
		expect([...top].filter((name) => !customary.includes(name)).sort()).toEqual(agreed.sort());
		expect([...top]).toEqual(expect.arrayContaining(["README.md", "LICENSE"]));
	});

	test("versions are pinned, and the lock file holds no addresses", () => {
		const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
		expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
		expect(readFileSync(join(ROOT, "package-lock.json"), "utf8")).not.toMatch(/"resolved"/);
	});
});

describe("the search for circles", () => {
	test("finds each, and only those", () => {
		const edges = { a: ["b"], b: ["c"], c: ["a", "d"], d: ["e"], e: ["d", "f"], f: [], g: ["a", "g"] };
		expect(cycles(new Map(Object.entries(edges))).sort()).toEqual([
			["a", "b", "c"],
			["d", "e"],
		]);
	});
});
