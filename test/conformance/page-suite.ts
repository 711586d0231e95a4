import { beforeAll, describe, expect, test } from "vitest";
import { HOSTILE, helloOf, lines, push, pushExample } from "./example-colony.ts";
import type { Host, StartHost } from "./host.ts";

const BASE = "/clusters/pages";
const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

/** Tags as a browser sees them: what stands inside a quoted attribute is none. */
function tagsOf(html: string): { name: string; attributes: Record<string, string> }[] {
	return [...html.matchAll(/<([a-z][a-z0-9-]*)((?:\s+[^\s=>"]+(?:="[^"]*"|=[^\s">]+)?)*)\s*\/?>/gi)].map(([, name = "", inner = ""]) => ({
		name,
		attributes: Object.fromEntries(
			[...inner.matchAll(/([^\s=]+)(?:="([^"]*)"|=(\S+))?/g)].map(([, key, quoted, bare]) => [key, quoted ?? bare ?? ""]),
		),
	}));
}

/** Pages as a browser first gets them. */
export function pageSuite(host: () => Host): void {
	beforeAll(async () => {
		await pushExample(host(), BASE, "pages");
		await pushExample(host(), "", "production");
	});

	const page = (path: string, headers: Record<string, string> = {}) =>
		fetch(`${host().url}${path}`, { headers: { ...browser, ...headers }, redirect: "manual" });

	describe.each(["", BASE])("at %j", (base) => {
		test.each([
			["", /worker-1/],
			["/workers", /worker-1/],
			["/tasks", /wordCount/],
			["/streaming", /Clicks/],
			["/metrics", /tasks_total/],
			["/custom", /Custom Metrics/],
			["/workers?comb=cpu_percent", /from 80.{1,6}%/],
			["/workers/worker-1", /wordCount/],
			["/workers/a%2Cb", /<h1[^>]*>(<!--[^>]*-->)*a,b</],
			[`/workers/${encodeURIComponent(HOSTILE)}`, /&lt;script>alert/],
		])("%s has its data inside the first HTML", async (path, data) => {
			const response = await page(base + path || "/");
			const html = await response.text();
			expect(response.status).toBe(200);
			expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
			expect(response.headers.get("cache-control")).toBe("private, no-cache");
			expect(response.headers.get("vary")).toMatch(/^Accept, Cookie\b/);
			expect(html).toMatch(/^<!doctype html>/i);
			expect(html).toMatch(data);
			expect(html).not.toContain(HOSTILE);
			expect(Buffer.byteLength(html)).toBeLessThan(300_000);
		});

		test("a name with slashes is found, encoded or as proxies decode it", async () => {
			const id = `rack-7/${base === "" ? "bare" : "named"}`;
			const added = {
				type: "state",
				seq: 1,
				at: Date.now(),
				workers: { set: [{ id, status: "idle" }] },
				streams: { set: [{ id, status: "running" }] },
			};
			await (await push(host(), base, lines(helloOf("slashes", { bridge: "slashes" }), added))).text();
			for (const written of [id, encodeURIComponent(id)]) {
				expect((await page(`${base}/workers/${written}`)).status).toBe(200);
				expect((await page(`${base}/streaming/${written}`)).status).toBe(200);
				expect((await fetch(`${host().url}${base}/api/streams/${written}`)).status).toBe(200);
			}
			expect((await page(`${base}/workers/`)).status).toBe(200);
		});

		test.each(["/workers/worker-99", "/workers/%3Cb%3E%2F..%2F%25%22%E2%80%A8", "/workers/worker-1%00"])(
			"%s is nobody: 404",
			async (path) => {
				const response = await page(base + path);
				const html = await response.text();
				expect(response.status).toBe(404);
				expect(html).toContain("lists no worker");
				expect(html).not.toContain("<b>/");
			},
		);

		test("a worker's page leads from every name of it", async () => {
			for (const path of ["/workers", "/tasks"]) {
				const html = await (await page(base + path)).text();
				expect(tagsOf(html).some(({ name, attributes }) => name === "a" && attributes.href === `${base}/workers/worker-1`)).toBe(true);
			}
			const workers = tagsOf(await (await page(`${base}/workers`)).text());
			expect(workers.some(({ attributes }) => attributes.href === `${base}/workers/${encodeURIComponent(HOSTILE)}`)).toBe(true);
		});

		test("/overview is at one address", async () => {
			const response = await page(`${base}/overview?range=1h`);
			expect(response.status).toBe(308);
			expect(new URL(response.headers.get("location") ?? "", host().url).pathname).toBe(base || "/");
		});
	});

	test("the policy allows our own scripts by nonce, and no other", async () => {
		const first = await page(BASE);
		const second = await page(BASE);
		const policy = first.headers.get("content-security-policy") ?? "";
		const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
		expect(nonce.length).toBeGreaterThanOrEqual(22);
		expect(second.headers.get("content-security-policy")).not.toContain(nonce);
		expect(policy).not.toContain("unsafe-inline");
		expect(policy).toContain("frame-ancestors 'self'");
		const html = await first.text();
		const scripts = tagsOf(html).filter(({ name }) => name === "script");
		expect(scripts.length).toBeGreaterThan(0);
		for (const { attributes } of scripts) {
			if (attributes.src) expect(attributes.src).toMatch(/^\/assets\//);
			else if (attributes.type !== "application/json") expect(attributes.nonce).toBe(nonce);
		}
		// Neither of these would run or apply under the policy.
		const refused = tagsOf(html).flatMap(({ attributes }) => Object.keys(attributes).filter((name) => /^(on.*|style)$/i.test(name)));
		expect(refused).toEqual([]);
		expect(first.headers.get("referrer-policy")).toBe("same-origin");
	});

	test("the cookie chooses the theme, the configuration where there is none", async () => {
		const plain = await (await page(BASE)).text();
		const light = await (await page(BASE, { cookie: "other=1; theme=light" })).text();
		const odd = await (await page(BASE, { cookie: "theme=<script>" })).text();
		// As the reader's system has it: the style sheet asks.
		expect(plain).toMatch(/<html lang="en">/);
		expect(light).toMatch(/<html[^>]*light/);
		expect(odd).toMatch(/<html lang="en">/);
	});

	test("a link's theme goes before the reader's, and leaves it as it is", async () => {
		const response = await page(`${BASE}?theme=light`, { cookie: "theme=dark" });
		expect(await response.text()).toMatch(/<html[^>]*light/);
		expect(response.headers.get("set-cookie")).toBeNull();
	});

	test.each([
		["range=1+hour", /range: .*"15m"/],
		["range=1h&range=2h", /range: /],
		["end=yesterday", /end: .*ISO 8601/],
		["end=2026-11-24T10:00:00", /end: /],
		["end=9999", /end: before 2000/],
		["end=9999-01-01T00:00:00Z", /end: in the future/],
		["range=9999d", /range: at most 400d/],
		["comb=a&comb=b", /comb: give it once/],
		["tz=CET", /tz: .*utc/],
		["theme=blue", /theme: /],
		["refresh=often", /refresh: .*off/],
		["kiosk=yes", /kiosk: /],
		["rotate=soon", /rotate: /],
		["pages=%3Cscript%3E", /pages: /],
	])("an address that says %s is refused in words", async (parameters, words) => {
		for (const path of ["", "/workers", "/workers/worker-1"]) {
			const html = await page(`${BASE}${path}?${parameters}`);
			expect(html.status).toBe(400);
			expect((await html.text()).replaceAll("&quot;", '"')).toMatch(words);
			const json = await fetch(`${host().url}${BASE}${path}?${parameters}`, { headers: { accept: "application/json" } });
			expect(json.status).toBe(400);
			expect(await json.json()).toMatchObject({ kind: "invalid", detail: expect.stringMatching(words) });
		}
	});

	test("a page that is open gets the data of another look alone, as JSON", async () => {
		const response = await fetch(`${host().url}${BASE}/workers?comb=cpu_percent&end=2026-01-15T10:00:00Z&range=7d&find=x`, {
			headers: { accept: "application/json" },
		});
		expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
		expect(response.headers.get("cache-control")).toBe("no-store");
		const data = (await response.json()) as { queries: Record<string, { kind: string }>; snapshot: { answers: { kind: string }[] } };
		expect(data).toMatchObject({
			page: "workers",
			view: { comb: "cpu_percent", end: Date.UTC(2026, 0, 15, 10), range: "7d" },
			search: "?comb=cpu_percent&end=2026-01-15T10:00:00Z&range=7d&find=x",
		});
		expect(data.snapshot.answers.map(({ kind }) => kind)).toEqual(Object.values(data.queries).map(({ kind }) => kind));
		expect(data.queries.cpu).toMatchObject({ kind: "metrics", end: Date.UTC(2026, 0, 15, 10), range: "7d" });
	});

	test("numbers near the largest double, of both signs, are drawn at once; their sum reads out of range", async () => {
		const at = Date.now();
		const large = ["a", "b", "c"].map((worker, id) => ({ id, name: "large", labels: { worker }, type: "gauge" }));
		const widgets = [
			{ kind: "chart", title: "Large", metrics: ["large"], chartType: "area", timeRange: "5m", aggregation: "max" },
			{ kind: "metric", title: "Sum", metric: "large" },
			{ kind: "gauge", title: "Gauge", metric: 'large{worker="a"}', minValue: -1.797e308, maxValue: 1.797e308 },
		];
		const frames = [
			helloOf("large"),
			{ type: "layout", seq: 1, layout: { widgets, pages: [] } },
			{ type: "series", seq: 2, series: large },
			...[20_000, 10_000, 0].map((back, i) => ({
				type: "tick",
				seq: 3 + i,
				at: at - back,
				ids: [0, 1, 2],
				values: [1.797e308, 1.797e308, i === 1 ? -1.797e308 : 5e-324],
			})),
			{ type: "state", seq: 6, at, workers: { set: large.map(({ labels }) => ({ id: labels.worker, status: "idle" })) } },
		];
		expect((await push(host(), "/clusters/large", lines(...frames))).status).toBe(200);
		for (const path of [
			"",
			"/metrics?q=large&agg=max&fold=each",
			"/metrics?q=large&fold=sum",
			"/metrics?q=large&agg=rate",
			"/workers?comb=large",
		]) {
			const response = await page(`/clusters/large${path}`);
			expect(response.status, path).toBe(200);
			const html = await response.text();
			expect(html, path).not.toMatch(/NaN|Infinity/);
			if (path === "" || path.includes("fold=sum")) expect(html, path).toContain("out of range");
			if (path.includes("each")) expect(html).toContain("1.80e308");
		}
	});

	test("HEAD of a page", async () => {
		const response = await fetch(`${host().url}${BASE}/workers`, { method: "HEAD", headers: browser });
		expect(response.status).toBe(200);
		expect(await response.text()).toBe("");
	});

	test.each([
		["no such page", `${BASE}/nowhere`, 404],
		["no such cluster", "/clusters/never-pushed", 404],
		["no such page of no such cluster", "/clusters/never-pushed/workers", 404],
		["an odd cluster", "/clusters/a%20b/workers", 400],
		["an odd page", "/no.php", 404],
		["an address deeper than any", `${BASE}/workers/1/2`, 404],
	])("%s is a page for a browser and a problem for a program", async (_, path, status) => {
		const html = await page(path);
		expect(html.status).toBe(status);
		expect(html.headers.get("content-type")).toBe("text/html; charset=utf-8");
		expect(await html.text()).toMatch(/^<!doctype html>/i);
		const json = await fetch(`${host().url}${path}`, { headers: { accept: "*/*" } });
		expect(json.status).toBe(status);
		expect(json.headers.get("content-type")).toBe("application/problem+json");
		await json.text();
	});

	test("can be installed: a manifest for each cluster, with its start in its scope and icons that are there", async () => {
		for (const base of ["", BASE]) {
			const tags = tagsOf(await (await page(`${base}/`)).text());
			const href = tags.find(({ attributes }) => attributes.rel === "manifest")?.attributes.href ?? "";
			const response = await fetch(new URL(href, host().url));
			expect(response.status).toBe(200);
			expect(response.headers.get("content-type")).toContain("application/manifest+json");
			const { start_url, scope, id, icons, name } = (await response.json()) as {
				[field in "start_url" | "scope" | "id" | "name"]: string;
			} & { icons: { src: string; sizes: string; type: string; purpose?: string }[] };
			expect([start_url, id, start_url.startsWith(scope)]).toEqual([`${base}/`, `${base}/`, true]);
			expect(name).toMatch(/\w/);
			expect((await page(start_url)).status).toBe(200);
			expect(icons.map(({ sizes, purpose = "any" }) => `${sizes} ${purpose}`)).toEqual([
				"any any",
				"192x192 any",
				"512x512 any",
				"512x512 maskable",
			]);
			for (const { src, type } of icons) {
				const icon = await fetch(new URL(src, host().url));
				expect([icon.status, icon.headers.get("content-type")?.split(";")[0]]).toEqual([200, type]);
			}
			expect(tags.filter(({ attributes }) => attributes.name === "theme-color")).not.toEqual([]);
		}
		expect((await fetch(`${host().url}/manifest.webmanifest?cluster=a/b`)).status).toBe(400);
	});

	test("the browser's files are cached for a year, immutable", async () => {
		const html = await (await page(BASE)).text();
		const files = [...html.matchAll(/(?:src|href)="?(\/assets\/[^"\s>]+)/g)].map((match) => match[1] as string);
		expect(files.some((file) => file.endsWith(".js"))).toBe(true);
		for (const file of new Set(files)) {
			const response = await fetch(`${host().url}${file}`);
			expect(response.status, file).toBe(200);
			expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
			expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
		}
		const missing = await fetch(`${host().url}/assets/nothing-12345678.js`);
		expect(missing.status).toBe(404);
		// A browser that came in the middle of a deploy asks again.
		expect(missing.headers.get("cache-control")).toBe("no-store");
		await missing.text();
	});
}

/** The default cluster before any bridge has pushed. */
export function emptySuite(start: StartHost): void {
	test("a dashboard nobody has pushed to is empty, not broken", async () => {
		const host = await start();
		try {
			for (const path of ["/", "/workers", "/tasks", "/streaming", "/metrics"]) {
				const response = await fetch(`${host.url}${path}`, { headers: browser });
				expect(response.status).toBe(200);
				await response.text();
			}
			const cluster = await (await fetch(`${host.url}/api/cluster`)).json();
			expect(cluster).toMatchObject({ status: "unknown", workers: { total: 0, ready: 0, busy: 0 } });
			expect(await (await fetch(`${host.url}/api/workers`)).json()).toEqual([]);
			const metrics = await fetch(`${host.url}/api/metrics?names=cpu_percent`);
			expect(await metrics.json()).toEqual({});
			expect(metrics.headers.get("unknown-metrics")).toBe("cpu_percent");
		} finally {
			await host.stop();
		}
	});
}
