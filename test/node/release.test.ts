/** A publication says where it comes from, and the workflows that publish it may do no more than they have to. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./house-imports.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const manifest = JSON.parse(read("package.json"));
const address = manifest.repository.url.replace(/^git\+|\.git$/g, "");

// biome-ignore lint/suspicious/noExplicitAny: workflows are read as they come.
type Workflow = any;
const FOLDER = ".github/workflows";
const workflows: Record<string, Workflow> = Object.fromEntries(
	readdirSync(join(ROOT, FOLDER)).map((name) => [name, parse(read(`${FOLDER}/${name}`))]),
);

test("one address of the repository stands in everything that is published", () => {
	expect(manifest).toMatchObject({ homepage: `${address}#readme`, bugs: { url: `${address}/issues` } });
	const published = [
		"colony-bridge/python/pyproject.toml",
		"colony-bridge/python/README.md",
		"worker/node/container/Dockerfile",
		"worker/node/container/helm/hiveframe-dashboard/Chart.yaml",
		".github/ISSUE_TEMPLATE/config.yml",
	];
	for (const path of published) {
		const addresses = read(path).match(/https:\/\/github\.com\/[\w.-]+\/[\w.-]+/g) ?? [];
		expect([path, ...new Set(addresses)]).toEqual([path, address]);
	}
});

test("npm publishes for everybody, with provenance", () => {
	expect(manifest.publishConfig).toEqual({ access: "public", provenance: true });
	expect(workflows["release.yml"].jobs.npm.permissions).toEqual({ contents: "read", "id-token": "write" });
});

test("actions are pinned by their major version, and no job may more than it has to", () => {
	const used = Object.values(workflows).flatMap(({ jobs }) =>
		Object.values<Workflow>(jobs).flatMap(({ steps }) => steps.flatMap((step: Workflow) => step.uses ?? [])),
	);
	expect(used.length).toBeGreaterThan(8);
	expect(used.filter((name) => !/^actions\/[\w-]+@v\d+$/.test(name))).toEqual([]);
	expect(workflows["ci.yml"].permissions).toEqual({ contents: "read" });
	expect(workflows["release.yml"].permissions).toEqual({});
	const writes = Object.entries<Workflow>(workflows["release.yml"].jobs).flatMap(([job, { permissions }]) =>
		Object.entries(permissions).flatMap(([what, may]) => (may === "write" ? [`${job}: ${what}`] : [])),
	);
	expect(writes).toEqual(["npm: id-token", "release: contents"]);
});

test("both run what a person runs, and the changelog has the version", () => {
	expect(workflows["ci.yml"].jobs.run.strategy.matrix.node).toEqual([22, 24]);
	for (const job of [workflows["ci.yml"].jobs.run, workflows["release.yml"].jobs.test])
		expect(job.steps.map(({ run }: Workflow) => run)).toContain(".ci/run");
	expect(workflows["release.yml"].on).toEqual({ push: { tags: ["v*"] } });
	expect(read("CHANGELOG.md")).toMatch(new RegExp(`^## ${manifest.version.replaceAll(".", "\\.")} – `, "m"));
});
