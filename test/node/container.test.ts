/** The image, the compose file, the manifest and the chart: what they start is what the program takes, and what they may do is what it needs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { OPTIONS } from "../../colony-bridge/cli/bridge-settings.ts";
import { serveCommand } from "../../worker/node/commands/serve-command.ts";
import { ChartTemplates } from "./chart-template.ts";
import { projectFiles, ROOT } from "./house-imports.ts";

const FOLDER = "worker/node/container";
const CHART = `${FOLDER}/helm/hiveframe-dashboard`;
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const { version } = JSON.parse(read("package.json")) as { version: string };

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes are read as they come.
type Manifest = any;
const documents = (text: string): Manifest[] =>
	parseAllDocuments(text).flatMap((document) => {
		expect(document.errors).toEqual([]);
		return document.toJS() ?? [];
	});
const ofKind = (all: Manifest[], kind: string): Manifest[] => all.filter((each) => each.kind === kind);

const instructions = read(`${FOLDER}/Dockerfile`)
	.replace(/\\\n/g, " ")
	.split("\n")
	.filter((line) => line && !line.startsWith("#"))
	.map((line) => line.split(/\s+/, 1).concat(line.replace(/^\S+\s+/, "")) as [string, string]);
const instruction = (name: string) => instructions.filter(([each]) => each === name).map(([, rest]) => rest);

/** Options that a command is given have to be its own. */
function checkArguments([command, ...given]: string[]): void {
	const own = command === "serve" ? Object.keys(serveCommand.args ?? {}) : [...Object.keys(OPTIONS), "config", "log-format", "dry-run"];
	expect(["serve", "bridge"]).toContain(command);
	const names = given.filter((word) => word.startsWith("--")).map((word) => word.slice(2).split("=", 1)[0]);
	expect(names.length).toBeGreaterThan(2);
	expect(names.filter((name) => !own.includes(name ?? ""))).toEqual([]);
}

describe("the image", () => {
	test("copies what is there, and what .dockerignore lets through", () => {
		const copied = instruction("COPY").flatMap((rest) => (rest.startsWith("--from=") ? [] : rest.split(" ").slice(0, -1)));
		expect(copied).toEqual(expect.arrayContaining(["package.json", "package-lock.json", "worker", "web", "durable", "colony-bridge"]));
		expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
		const lines = read(".dockerignore").split("\n");
		expect(lines).toContain("*");
		expect(copied.filter((path) => !lines.includes(`!${path}`))).toEqual([]);
	});

	test("takes from a stage what the stage has", () => {
		const stages = instruction("FROM").map((rest) => /^node:24-slim(?: AS (\w+))?$/.exec(rest)?.[1]);
		expect(stages).toEqual(["build", "packages", undefined]);
		const taken = instruction("COPY").flatMap((rest) => /^--from=(\w+) (\S+)/.exec(rest)?.slice(1, 3).join(" ") ?? []);
		expect(taken).toEqual(["packages /packages/node_modules", "build /build/dist"]);
	});

	test("is built from every source of the build", () => {
		const [, list = ""] = /const SOURCES = \[(.*)\]/.exec(read(".build/build.ts")) ?? [];
		const sources = [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
		const copied = instruction("COPY").join(" ").split(" ");
		expect(sources.length).toBeGreaterThan(4);
		expect(sources.filter((name) => !copied.includes(name ?? ""))).toEqual([]);
	});

	test("runs as a user that is not root, on its own volume", () => {
		const last = instructions.findLastIndex(([name]) => name === "FROM");
		const end = instructions.slice(last);
		expect(end.filter(([name]) => name === "USER")).toEqual([["USER", "1000:1000"]]);
		const [user, start] = ["USER", "ENTRYPOINT"].map((name) => end.findIndex(([each]) => each === name));
		expect(user).toBeLessThan(start ?? 0);
		expect(end.findIndex(([name, rest]) => name === "RUN" && rest.includes("-o node") && rest.endsWith("/data"))).toBeLessThan(
			end.findIndex(([name]) => name === "VOLUME"),
		);
		expect(instruction("VOLUME")).toEqual(["/data"]);
	});

	test("starts the package's command, which serves what it keeps on the volume", () => {
		const { bin } = JSON.parse(read("package.json")) as { bin: Record<string, string> };
		expect(JSON.parse(instruction("ENTRYPOINT")[0] ?? "")).toEqual(["node", bin["hiveframe-dashboard"]?.replace("./", "")]);
		const command = JSON.parse(instruction("CMD")[0] ?? "") as string[];
		checkArguments(command);
		expect(command).toEqual(expect.arrayContaining(["--storage", "/data"]));
	});

	test("is checked by a request for its health, in JavaScript that runs", async () => {
		const [, list = ""] = /CMD (\[.*\])$/.exec(instruction("HEALTHCHECK")[0] ?? "") ?? [];
		const [node, option, code] = JSON.parse(list) as string[];
		expect([node, option]).toEqual(["node", "-e"]);
		const run = new Function("fetch", "process", `return ${code}`);
		const codes: number[] = [];
		const asked: string[] = [];
		for (const answer of [() => Promise.resolve({ ok: true }), () => Promise.resolve({ ok: false }), () => Promise.reject(new Error())]) {
			const fetched = (url: string) => {
				asked.push(url);
				return answer();
			};
			await run(fetched, { exit: (code: number) => codes.push(code) });
		}
		expect(codes).toEqual([0, 1, 1]);
		expect(new Set(asked)).toEqual(new Set(["http://127.0.0.1:8080/api/health"]));
	});
});

test("the compose file starts it confined, with a token from a file, for this machine alone", () => {
	const { services, volumes, secrets } = parse(read(`${FOLDER}/compose.yaml`)) as Manifest;
	expect(existsSync(join(ROOT, FOLDER, services.dashboard.build.context, services.dashboard.build.dockerfile))).toBe(true);
	for (const service of [services.dashboard, services.bridge]) {
		expect(service.image).toBe(`hiveframe-dashboard:${version}`);
		expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
		for (const mounted of service.volumes) expect(Object.keys(volumes)).toContain(mounted.split(":")[0]);
		for (const secret of service.secrets) expect(Object.keys(secrets)).toContain(secret);
		checkArguments(service.command);
	}
	expect(services.dashboard.ports).toEqual(["127.0.0.1:8080:8080"]);
});

/** Both the manifest and the chart. */
function checkObjects(all: Manifest[], names: { role: "Role" | "ClusterRole"; image: string }): void {
	const [set] = ofKind(all, "StatefulSet");
	const [deployment] = ofKind(all, "Deployment");
	const [service] = ofKind(all, "Service");
	expect(set.spec.replicas).toBe(1);
	expect(set.spec.serviceName).toBe(service.metadata.name);
	expect(set.spec.template.metadata.labels).toMatchObject(service.spec.selector);
	expect(set.spec.volumeClaimTemplates[0].spec.accessModes).toEqual(["ReadWriteOnce"]);
	expect(deployment.spec.strategy).toEqual({ type: "Recreate" });
	for (const { spec } of [set, deployment]) {
		const pod = spec.template.spec;
		expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
		expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
		const [container] = pod.containers;
		expect(container.image).toBe(names.image);
		expect(container.securityContext).toEqual({
			allowPrivilegeEscalation: false,
			readOnlyRootFilesystem: true,
			capabilities: { drop: ["ALL"] },
		});
		checkArguments(container.args);
		const claimed = (spec.volumeClaimTemplates ?? []).map((claim: Manifest) => claim.metadata.name);
		const volumes = [...pod.volumes.map((volume: Manifest) => volume.name), ...claimed];
		expect(container.volumeMounts.map((mount: Manifest) => mount.name).sort()).toEqual(volumes.sort());
	}
	const probes = ["startupProbe", "readinessProbe", "livenessProbe"].map((probe) => set.spec.template.spec.containers[0][probe].httpGet);
	expect(probes).toEqual(Array(3).fill({ path: "/api/health", port: "http" }));

	// A pod that asks nothing of the cluster's API has no key to it.
	expect(set.spec.template.spec.automountServiceAccountToken).toBe(false);
	const [account] = ofKind(all, "ServiceAccount");
	const roles = all.filter(({ kind }) => /Role$/.test(kind));
	expect(roles.map(({ kind }) => kind)).toEqual([names.role]);
	expect(roles[0].rules).toEqual([{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }]);
	const [binding] = ofKind(all, `${names.role}Binding`);
	expect(binding.roleRef).toEqual({ apiGroup: "rbac.authorization.k8s.io", kind: names.role, name: roles[0].metadata.name });
	expect(binding.metadata.namespace).toBe(roles[0].metadata.namespace);
	expect(binding.subjects).toMatchObject([{ kind: "ServiceAccount", name: account.metadata.name }]);
	expect(deployment.spec.template.spec.serviceAccountName).toBe(account.metadata.name);
}

test("the rule is what the source kubernetes:// asks for: it lists pods, and watches nothing", () => {
	const source = read("colony-bridge/sources/prometheus/targets/kubernetes.ts");
	const asked = [...source.matchAll(/`?"?\/api\/v1\/[^`"]*/g)].map(([path]) => path.split("/").at(-1));
	expect(asked).toEqual(["pods", "pods"]);
	expect(source).not.toMatch(/[?&"']watch\b/);
});

test("the manifest has a dashboard with its data, and a bridge that may list pods", () => {
	const all = documents(read(`${FOLDER}/kubernetes.yaml`));
	checkObjects(all, { role: "Role", image: `hiveframe-dashboard:${version}` });
	const [dashboard, bridge] = [ofKind(all, "StatefulSet")[0], ofKind(all, "Deployment")[0]];
	const { name } = ofKind(all, "Service")[0].metadata;
	expect(bridge.spec.template.spec.containers[0].args).toContain(`--to=http://${name}:8080`);
	expect(dashboard.spec.template.spec.containers[0].args).toContain("--users-file=/etc/hiveframe/users");
});

describe("the chart", () => {
	const values = parse(read(`${CHART}/values.yaml`));
	const templates = Object.fromEntries(
		readdirSync(join(ROOT, CHART, "templates")).map((name) => [name, read(`${CHART}/templates/${name}`)]),
	);
	const { name, version: own, appVersion } = parse(read(`${CHART}/Chart.yaml`));
	const chart = new ChartTemplates(templates);

	/** @param changes by path, `bridge.enabled` */
	function rendered(changes: Record<string, unknown> = {}) {
		const changed = structuredClone(values);
		for (const [path, value] of Object.entries(changes)) {
			const keys = path.split(".");
			const last = keys.pop() ?? "";
			keys.reduce((object, key) => object[key], changed)[last] = value;
		}
		const given = {
			Values: changed,
			Chart: { Name: name, Version: own, AppVersion: appVersion },
			Release: { Name: "hive", Namespace: "apps", Service: "Helm" },
		};
		const files = Object.keys(templates).filter((file) => file.endsWith(".yaml"));
		return { all: files.flatMap((file) => documents(chart.render(file, given))), notes: chart.render("NOTES.txt", given) };
	}
	const argumentsOf = (all: Manifest[], kind: string): string[] => ofKind(all, kind)[0].spec.template.spec.containers[0].args;

	test("has the version of the package", () => {
		expect([own, appVersion]).toEqual([version, version]);
	});

	test("takes each value from values.yaml, and uses each that is there", () => {
		const used = [
			...Object.values(templates)
				.join("\n")
				.matchAll(/\.Values((?:\.\w+)+)/g),
		].map(([, path = ""]) => path.slice(1));
		const lookUp = (path: string) => path.split(".").reduce((object, key) => object?.[key], values);
		expect(used.length).toBeGreaterThan(20);
		expect(used.filter((path) => lookUp(path) === undefined)).toEqual([]);
		const paths = Object.entries(values).flatMap(([key, value]) =>
			typeof value === "object" && !Array.isArray(value) ? [key, ...Object.keys(value as object).map((inner) => `${key}.${inner}`)] : [key],
		);
		const whole = new Set(used);
		const unused = paths.filter(
			(path) => !used.some((each) => each === path || each.startsWith(`${path}.`)) && !whole.has(path.split(".")[0] ?? ""),
		);
		expect(unused).toEqual([]);
	});

	test("has a dashboard with its data, and a bridge that may list the pods of the release's namespace", () => {
		const { all, notes } = rendered();
		checkObjects(all, { role: "Role", image: `hiveframe-dashboard:${version}` });
		expect(ofKind(all, "Ingress")).toEqual([]);
		expect(argumentsOf(all, "Deployment")).toEqual(
			expect.arrayContaining(["--to=http://hive-hiveframe-dashboard:8080", "--prometheus=kubernetes://apps", "--cluster=default"]),
		);
		expect(argumentsOf(all, "StatefulSet")).toEqual(
			expect.arrayContaining(["--users-file=/etc/hiveframe/secret/users", "--proxies=0", "--cluster=default"]),
		);
		expect(parse(ofKind(all, "ConfigMap")[0].data["config.yaml"])).toEqual({ title: "HiveFrame Dashboard" });
		expect(notes).toContain("port-forward service/hive-hiveframe-dashboard 8080:8080");
	});

	test("of all namespaces takes a ClusterRole, of another one a Role there", () => {
		const wide = rendered({ "bridge.allNamespaces": true, "bridge.selector": "app=hive" }).all;
		checkObjects(wide, { role: "ClusterRole", image: `hiveframe-dashboard:${version}` });
		expect(argumentsOf(wide, "Deployment")).toContain("--prometheus=kubernetes://*?selector=app%3Dhive");
		expect(ofKind(wide, "ClusterRole")[0].metadata).toMatchObject({ name: "apps-hive-hiveframe-dashboard-bridge" });
		const other = rendered({ "bridge.namespace": "jobs" }).all;
		checkObjects(other, { role: "Role", image: `hiveframe-dashboard:${version}` });
		expect(ofKind(other, "Role")[0].metadata.namespace).toBe("jobs");
		expect(ofKind(other, "RoleBinding")[0].subjects[0].namespace).toBe("apps");
		expect(argumentsOf(other, "Deployment")).toContain("--prometheus=kubernetes://jobs");
	});

	test("without users lets nobody act; behind an Ingress counts it as a proxy; without the bridge asks for no rights", () => {
		const { all, notes } = rendered({
			"secret.usersKey": "",
			"ingress.enabled": true,
			"ingress.tlsSecret": "tls",
			"bridge.enabled": false,
		});
		expect(parse(ofKind(all, "ConfigMap")[0].data["config.yaml"])).toMatchObject({ readonly: true });
		expect(argumentsOf(all, "StatefulSet").filter((word) => /users|proxies/.test(word))).toEqual(["--proxies=1"]);
		const [ingress] = ofKind(all, "Ingress");
		expect(ingress.spec.tls).toEqual([{ hosts: ["dashboard.example.com"], secretName: "tls" }]);
		expect(ingress.spec.rules[0].http.paths[0].backend.service.name).toBe(ofKind(all, "Service")[0].metadata.name);
		expect(notes).toContain("https://dashboard.example.com");
		const kinds = all.map(({ kind }) => kind).sort();
		expect(kinds).toEqual(["ConfigMap", "Ingress", "Service", "StatefulSet"]);
	});
});

test("every YAML file beside them, and of the repository's own settings, can be read", () => {
	const paths = projectFiles().filter((path) => /\.ya?ml$/.test(path) && !path.includes("/templates/"));
	expect(paths.length).toBeGreaterThan(8);
	for (const path of paths) expect(() => documents(read(path)), path).not.toThrow();
});
