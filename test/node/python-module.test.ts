/** The package of the Python bridge, and the single file that is built from it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { PYTHON_PACKAGE, pythonModule } from "../../.build/python-module.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { ROOT } from "./house-imports.ts";
import { MODULE, noPython, PACKAGE, PythonColony, watch } from "./python-rig.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of endings.splice(0).reverse()) await end();
});

/** Joins a package of these modules. */
function joined(modules: Record<string, string>): string {
	const root = mkdtempSync(join(tmpdir(), "python-package-"));
	endings.push(() => rmSync(root, { recursive: true }));
	mkdirSync(join(root, PYTHON_PACKAGE), { recursive: true });
	for (const [name, text] of Object.entries(modules)) writeFileSync(join(root, PYTHON_PACKAGE, `${name}.py`), `"""${name}"""\n\n${text}\n`);
	return pythonModule(root);
}

describe("the Python package", () => {
	test("has modules of at most 350 lines", () => {
		const names = readdirSync(PACKAGE).filter((name) => name.endsWith(".py"));
		const lines = names.map((name) => [name, readFileSync(join(PACKAGE, name), "utf8").split("\n").length - 1] as const);
		expect(names.length).toBeGreaterThan(20);
		expect(lines.filter(([, count]) => count > 350)).toEqual([]);
	});

	test("becomes one file with each module after those that it imports", () => {
		const text = joined({
			__init__: `from .b import shown as shown\n\n__all__ = ["shown"]`,
			a: "import os\nfrom typing import Any\n\nVALUE: Any = os.sep",
			b: "import json\nfrom typing import (\n    Any,\n    Dict,\n)\n\nfrom .a import VALUE\n\n\ndef shown() -> Any:\n    return VALUE",
		});
		expect(text).toContain("import json\nimport os\nfrom typing import Any, Dict\n");
		expect(text.indexOf("VALUE: Any")).toBeLessThan(text.indexOf("def shown"));
		expect(text).not.toMatch(/^from \./m);
	});

	test.each([
		["a name that two modules define", { a: "X = 1", b: "X = 2" }, /b\.py and a\.py both define X/],
		["imports in a circle", { a: "from .b import Y\n\nX = 1", b: "from .a import X\n\nY = 1" }, /circle: __init__, a, b, a/],
		["a renamed import", { a: "from .b import Y as Z\n\nX = 1", b: "Y = 1" }, /a\.py imports "Y as Z"/],
		[
			"an import of a name that does not exist",
			{ a: "from .b import Z\n\nX = 1", b: "Y = 1" },
			/a\.py imports Z from b\.py, which does not define it/,
		],
		["a module that nothing imports", { a: "X = 1", b: "Y = 1", c: "Z = 1" }, /nothing imports c/],
	])("is not joined with %s", (_, modules, reason) => {
		expect(() => joined({ __init__: "from .a import X\nfrom .b import Y", ...modules })).toThrow(reason);
	});

	test("is shipped as the file that is built from it", () => {
		expect(readFileSync(MODULE, "utf8")).toBe(pythonModule(ROOT));
	});

	test.skipIf(noPython)("works as a package, too", async () => {
		const server = new DashboardServer({ bridgeToken: "package" });
		await server.start({ host: "127.0.0.1", port: 0 });
		endings.push(() => server.stop());
		const python = await PythonColony.start({ asPackage: true });
		endings.push(() => python.end());
		expect(await python.do("run", "answer = hiveframe_bridge.__file__")).toBe(join(PACKAGE, "__init__.py"));
		await python.do("attach", { to: server.url, cluster: "package", token: "package", name: "py", interval: 0.1, commands: true });
		const viewer = await watch(server.url, "package");
		endings.push(() => viewer.close());
		await python.do("job", 8, 0.001);
		const api = `${server.url}/clusters/package/api`;
		await expect.poll(async () => ((await (await fetch(`${api}/workers`)).json()) as unknown[]).length, { timeout: 10_000 }).toBe(8);
		const order = { method: "POST", body: JSON.stringify({ workers: 12 }) };
		expect(await (await fetch(`${api}/cluster/scale?wait=10s`, order)).json()).toMatchObject({ state: "done" });
		await python.do("stop");
		expect(await python.do("threads")).toEqual(["MainThread"]);
		expect(await python.do("warnings")).toEqual([]);
	});
});
