/** The rules of the house, as README.md tells them: who may import whom, what files are called, what lies at the top. */
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { cycles, type Import, importsOf, projectFiles, ROOT } from "./house-imports.ts";

const files = projectFiles();
const sources = files.filter((path) => /\.tsx?$/.test(path) && !path.startsWith("."));
const imports = sources.filter((path) => !path.startsWith("test/")).flatMap(importsOf);
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<
	"dependencies" | "devDependencies",
	Record<string, string>
>;

/** The house's rooms, and which others each may import from; a file belongs to the first that its path starts with. */
const MAY_IMPORT = {
	"colony-bridge/protocol/": { values: [], types: [] },
	"colony-bridge/": { values: ["colony-bridge/protocol/"], types: [] },
	"durable/": { values: ["colony-bridge/protocol/"], types: [] },
	"web/": { values: ["colony-bridge/protocol/"], types: [] },
	"worker/cloudflare/": { values: ["colony-bridge/protocol/", "durable/", "worker/"], types: [] },
	"worker/node/": { values: ["colony-bridge/protocol/", "colony-bridge/", "durable/", "worker/"], types: [] },
	"worker/": { values: ["colony-bridge/protocol/"], types: ["durable/"] },
} satisfies Record<string, { values: string[]; types: string[] }>;
type Room = keyof typeof MAY_IMPORT;
const ROOMS = Object.keys(MAY_IMPORT) as Room[];
const room = (path: string): Room | undefined => ROOMS.find((name) => path.startsWith(name));

/**
 * Folders in the order in which they build on one another: a file imports from its own folder and from those before it. A list is of folders that
 * share a place, `x/*` is every folder in x.
 */
const ORDER: (string | string[])[] = [
	"colony-bridge/protocol/values",
	"colony-bridge/protocol/promql",
	["colony-bridge/protocol/wire", "colony-bridge/protocol/wire/widgets"],
	"colony-bridge/protocol/wire/delivery",
	"colony-bridge/protocol/query/codec",
	"colony-bridge/protocol/query",
	"colony-bridge/protocol/http",
	"colony-bridge/protocol/pages",
	"colony-bridge",
	"colony-bridge/widgets",
	"colony-bridge/bridge/outbox",
	"colony-bridge/bridge",
	"colony-bridge/sources",
	"colony-bridge/sources/logs",
	"colony-bridge/sources/prometheus/exposition",
	"colony-bridge/sources/prometheus/targets",
	"colony-bridge/sources/hiveframe",
	"colony-bridge/sources/prometheus",
	"colony-bridge/sources/*",
	"colony-bridge/cli",
	"colony-bridge/local-colony",
	"durable/calls",
	"durable/work",
	"durable/storage",
	"durable/access",
	"durable/audit",
	"durable/log",
	"durable/state",
	"durable/history/blocks",
	"durable/history/index",
	"durable/history/tiers",
	"durable/rows",
	"durable/history/query",
	"durable/history",
	"durable/meter",
	"durable/promql",
	"durable/promql/families",
	"durable/promql/evaluate",
	"durable/promql/history",
	"durable/promql/api",
	"durable/tasks",
	"durable/live",
	"durable",
	"durable/view",
	"durable/control",
	"durable/intake",
	"durable/cluster",
	"durable/objects",
	"web/live",
	"web/page",
	"web/format",
	"web/page/lazy",
	"web/view",
	"web/view/lazy",
	"web/components",
	"web/keys",
	"web/keys/lazy",
	"web/search/lazy",
	"web/shell",
	"web/shell/lazy",
	"web/chart",
	"web/past",
	"web/chart/lazy",
	"web/table",
	"web/comb",
	"web/comb/lazy",
	"web/control",
	"web/control/lazy",
	"web/explorer",
	"web/explorer/lazy",
	"web/task-stream",
	"web/widgets",
	"web/widgets/*",
	"web/widgets/grid",
	"web/pages/audit",
	"web/pages/custom",
	"web/pages/detail",
	"web/pages/empty",
	"web/pages/lacking",
	"web/pages/tasks",
	"web/pages/overview",
	"web/pages/runs",
	"web/pages/series",
	"web/pages/metrics",
	"web/pages/streaming",
	"web/pages/stream",
	"web/pages/worker",
	"web/pages/workers",
	"web/pages",
	"web/forms",
	"web/report",
	"web/styles",
	"web",
	"worker/http",
	"worker/intake",
	"worker/intake/otlp",
	"worker/access",
	"worker/handler",
	"worker/guard",
	"worker/routes",
	"worker",
	"worker/cloudflare",
	"worker/node/http",
	"worker/node/clusters",
	"worker/node/commands/sample-work",
	"worker/node/gateway",
	"worker/node",
	"worker/node/doctor",
	"worker/node/commands",
];

/**
 * What a host gives is imported where the code meets its host, and nowhere else: the rest runs in workerd, in Node and in tests alike. A door
 * is a folder or a file, with what it may import.
 */
const HOST_MODULES: Record<Room, Record<string, RegExp>> = {
	"colony-bridge/protocol/": {},
	"colony-bridge/": { "colony-bridge/": /^node:/ },
	// scrypt is in `node:crypto` on both hosts, raw deflate in `node:zlib`, and neither elsewhere.
	"durable/": {
		"durable/objects/": /^cloudflare:/,
		"durable/access/key-derivation.ts": /^node:crypto$/,
		"durable/state/moments.ts": /^node:zlib$/,
	},
	"web/": { "web/vite.config.ts": /^node:/ },
	"worker/cloudflare/": { "worker/cloudflare/": /^cloudflare:/ },
	"worker/node/": { "worker/node/": /^node:/ },
	"worker/": {},
};

function peersOf(name: string): Record<string, string> {
	const text = readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8");
	return (JSON.parse(text) as { peerDependencies?: Record<string, string> }).peerDependencies ?? {};
}

const told = (found: Import[]): string[] => found.map(({ from, to, typeOnly }) => `${from} imports ${typeOnly ? "types of " : ""}${to}`);

describe("the house", () => {
	test("folders import only what they may", () => {
		const wrong = imports.filter(({ from, to, ours, typeOnly }) => {
			const [own, other] = [room(from), room(to)];
			if (!ours || !own || own === other) return false;
			const may: { values: string[]; types: string[] } = MAY_IMPORT[own];
			return !other || !(may.values.includes(other) || (typeOnly && may.types.includes(other)));
		});
		expect(told(wrong)).toEqual([]);
	});

	test("in a room, imports go from later folders to earlier ones", () => {
		const placeOf = (folder: string) => ORDER.findIndex((place) => [place].flat().includes(folder));
		const place = (path: string) => {
			const folder = dirname(path);
			const own = placeOf(folder);
			return own < 0 ? placeOf(`${dirname(folder)}/*`) : own;
		};
		const unplaced = sources.filter((path) => !path.startsWith("test/") && place(path) < 0);
		expect(unplaced).toEqual([]);
		// What a page loads by need may lie anywhere in its room.
		const wrong = imports.filter(({ from, to, ours, later }) => ours && !later && !to.endsWith(".css") && place(to) > place(from));
		expect(told(wrong)).toEqual([]);
	});

	test("a host's modules are imported at its doors only", () => {
		const wrong = imports.filter(({ from, to }) => {
			const own = room(from);
			if (!own || !(/^(node|cloudflare|bun|deno):/.test(to) || builtinModules.includes(to))) return false;
			return !Object.entries(HOST_MODULES[own]).some(([door, allowed]) => from.startsWith(door) && allowed.test(to));
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

	test("a package that runs in a user's program is a dependency, not a development one", () => {
		const installed = imports.filter(
			({ from, to, ours, typeOnly }) => !ours && !typeOnly && !from.startsWith("web/") && !/^(#|node:|cloudflare:)/.test(to),
		);
		const names = new Set(installed.map(({ to }) => to.split("/", to.startsWith("@") ? 2 : 1).join("/")));
		expect([...names].filter((name) => !(name in manifest.dependencies))).toEqual([]);
		const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
		// Peers of a package are installed with it, though nothing of ours imports them.
		const peers = new Set(packages.flatMap((name) => Object.keys(peersOf(name))));
		const needed = (name: string) => names.has(name) || peers.has(name);
		expect(Object.keys(manifest.dependencies).filter((name) => !needed(name))).toEqual([]);
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

	test("a comment stands at what it is about: none is followed by another", () => {
		const rooms = sources.filter((path) => /^(durable|web|worker)\//.test(path));
		expect(rooms.filter((path) => /\*\/\n[\t ]*\/\*\*/.test(readFileSync(join(ROOT, path), "utf8")))).toEqual([]);
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
