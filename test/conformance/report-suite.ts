import { beforeAll, expect, test, vi } from "vitest";
import type { RunAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import { HOSTILE, helloOf, lines, push } from "./example-colony.ts";
import type { Host } from "./host.ts";

const BASE = "/clusters/reported";
const EVIL = `</script>${HOSTILE}<!--'"&\u2028<style>*{display:none}</style><img src="http://evil.example/x.png">`;
const STACK = `Error: disk full\n    at write (store.js:7)\n    at ${EVIL}`;

interface ReportData {
	format: string;
	cluster: string;
	at: string;
	range: string;
	run?: { id: string; end: string };
	answers: Record<string, { rows: { [field: string]: unknown }[]; total: number; series: { name: string; values: (number | null)[] }[] }>;
	left_out: { list: string; shown: number; total: number; overall?: number }[];
}

/** The elements that load or run something, wherever they stand in the document; the JSON inside is no markup. */
const markupOf = (html: string): string => html.replace(/(<script type="application\/json"[^>]*>).*?(<\/script>)/s, "$1$2");

export function dataOf(html: string): ReportData {
	const [, json = ""] = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(html) ?? [];
	return JSON.parse(json) as ReportData;
}

/** `/api/report`: what there was, as a file that needs nothing else. */
export function reportSuite(host: () => Host): void {
	let run: RunAnswer;

	const get = (path: string) => fetch(`${host().url}${BASE}${path}`);
	async function report(parameters: string): Promise<{ html: string; response: Response }> {
		const response = await get(`/api/report${parameters}`);
		const html = await response.text();
		expect(response.status, html.slice(0, 500)).toBe(200);
		return { html, response };
	}
	const runs = async () => (await (await get("/api/runs")).json()) as RunAnswer[];

	beforeAll(async () => {
		const hello = helloOf("reported colony");
		const now = Date.now();
		const frames = lines(
			hello,
			{
				type: "series",
				seq: 1,
				series: [
					{ id: 0, name: "cpu_percent", type: "gauge", unit: "percent", labels: { worker: "alpha" } },
					{ id: 1, name: "memory_mb", type: "gauge", unit: "megabytes", labels: { worker: EVIL.slice(0, 100) } },
				],
			},
			...Array.from({ length: 20 }, (_, i) => ({
				type: "tick",
				seq: 2 + i,
				at: now - 20_000 + 1000 * i,
				ids: [0, 1],
				values: [40 + i, 700],
			})),
			{
				type: "state",
				seq: 22,
				at: now,
				workers: {
					set: [
						{ id: "alpha", status: "busy", tasks: ["t9"] },
						{ id: "omega", status: "failed", message: EVIL },
					],
				},
				tasks: { set: [{ id: "t9", name: "merge", status: "running", worker: "alpha", startedAt: now - 5000 }] },
				checks: { set: [{ id: "disk", status: "failed", message: EVIL, runbook: "http://runbook.example/disk" }] },
			},
			{
				type: "events",
				seq: 23,
				events: [
					{ type: "log", at: now - 1000, level: "ERROR", source: EVIL.slice(0, 100), message: EVIL },
					{ type: "log", at: now, level: "INFO", source: "queen", message: "the last words" },
					{ type: "taskEnd", id: "t1", name: "count", status: "completed", startedAt: now - 3000, endedAt: now - 2000 },
					{
						type: "taskEnd",
						id: "t2",
						name: "count",
						status: "failed",
						worker: "omega",
						endedAt: now - 500,
						error: { type: "IOError", message: EVIL, stack: STACK },
					},
					{ type: "mark", at: now - 4000, kind: "deploy", text: `version 7 ${EVIL}` },
				],
			},
		);
		expect((await push(host(), BASE, frames)).status).toBe(200);
		const heard = Date.now();
		await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(heard + 2));
		expect((await push(host(), BASE, lines(hello, { type: "goodbye", seq: 24 }))).status).toBe(200);
		[run] = (await runs()) as [RunAnswer];
		expect(run).toMatchObject({ end: "stopped", failed: 1, completed: 1 });
	});

	test("a colony that is gone: its last second, tasks, logs and events are in the report of its run", async () => {
		const { html, response } = await report(`?run=${run.id}`);
		expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
		expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="reported_\d{8}T\d{6}Z\.html"$/);
		expect(response.headers.get("as-of")).toMatch(/^20/);
		const data = dataOf(html);
		expect(data).toMatchObject({ format: "hiveframe-report", cluster: "reported", run: { id: run.id, end: "stopped" } });
		expect(Date.parse(data.at)).toBeLessThan(Date.parse(run.ended_at as string));
		const { workers, tasks, failed, taskStats, runTasks, errorGroups, warnings, logs, marks, cpu } = data.answers;
		expect(workers?.rows.map(({ id, status }) => [id, status])).toEqual([
			["omega", "failed"],
			["alpha", "busy"],
		]);
		expect(tasks?.rows).toMatchObject([{ id: "t9", name: "merge", status: "running" }]);
		expect(failed?.rows).toMatchObject([{ task: "t2", error: { type: "IOError", message: EVIL, stack: STACK } }]);
		expect(taskStats?.rows).toMatchObject([{ name: "count", completed: 1, failed: 1, p50Ms: expect.any(Number) }]);
		expect(runTasks?.rows).toMatchObject([{ id: "count", completed: 1, failed: 1 }]);
		expect(errorGroups?.rows.length).toBeGreaterThan(0);
		expect(warnings?.rows.map(({ message }) => message)).toEqual([EVIL]);
		expect(logs?.rows.map(({ message }) => message)).toEqual(["the last words", EVIL]);
		expect(marks?.rows).toContainEqual(expect.objectContaining({ kind: "deploy" }));
		expect(cpu?.series[0]?.values.filter((value) => value !== null)).toContain(59);
		expect(html).toContain("the last words");
		expect(html).toMatch(/<path class="plot-line[^>]* d="M/);
	});

	test("strings of the colony are texts, nothing runs, and nothing is loaded", async () => {
		const { html, response } = await report(`?run=${run.id}`);
		const markup = markupOf(html);
		expect(markup.match(/<script/g)).toHaveLength(1);
		expect(markup.match(/<style/g)).toHaveLength(1);
		expect(markup).toContain("&lt;img src=");
		expect(markup).not.toMatch(/<(img|link|iframe|object|embed|base|form|video|audio|source)\b/i);
		// Whatever may be followed or loaded stays inside the document.
		for (const [, address = ""] of markup.matchAll(/<[a-z][^<>]*?\s(?:href|src|srcset|action|data)="([^"]*)"/gi))
			expect(address).toMatch(/^#/);
		for (const [, address = ""] of markup.matchAll(/url\(\s*["']?([^)"']*)/gi)) expect(address).toMatch(/^#/);
		expect(markup).not.toMatch(/@import|\son[a-z]+="/i);
		expect(html).not.toContain(HOSTILE);
		expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;nonce-/);
		expect(response.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'; style-src 'nonce-[^']+'; /);
		expect(dataOf(html).answers.checks?.rows).toMatchObject([{ id: "disk", message: EVIL }]);
	});

	test("as of an instant it has no more than there was then", async () => {
		const before = new Date(Date.parse(run.reported_at) + 1).toISOString();
		const { html, response } = await report(`?at=${before}&range=6h`);
		expect(response.headers.get("as-of")).not.toBeNull();
		expect(dataOf(html)).toMatchObject({ range: "6h" });
		expect(dataOf(html).run).toBeUndefined();
	});

	test("of the present it says that the colony is gone", async () => {
		const { html, response } = await report("");
		expect(response.headers.get("as-of")).toBeNull();
		expect(dataOf(html).answers.workers?.rows).toEqual([]);
		expect(html).toContain("The colony lists no workers.");
		// The tasks that failed are counted on the axis of the charts.
		expect(html).toContain('class="event-density"');
		expect(html).toContain("the last words");
	});

	test("what is cut is told, and a report has 2 MB at most", async () => {
		const big = "/clusters/reported-big";
		const now = Date.now();
		// Three bytes each in the document, six in its JSON.
		const text = (i: number) => `line ${i} ${"\u2028<&".repeat(400)}`;
		const hello = helloOf("big colony");
		for (let part = 0; part < 4; part++) {
			const logs = Array.from({ length: 150 }, (_, i) => ({
				type: "log",
				at: now + i,
				level: "ERROR",
				source: `s${i}`,
				message: text(150 * part + i),
			}));
			const ends = Array.from({ length: 30 }, (_, i) => {
				const error = { message: text(i), stack: "<&\u2028".repeat(1500) };
				return { type: "taskEnd", id: `t${part}-${i}`, name: `n${part}-${i}`, status: "failed", endedAt: now, error };
			});
			const answers = await push(
				host(),
				big,
				lines(hello, { type: "events", seq: 2 * part + 1, events: logs }, { type: "events", seq: 2 * part + 2, events: ends }),
			);
			expect(answers.status).toBe(200);
			expect(await answers.text()).not.toContain('"error"');
		}
		const response = await fetch(`${host().url}${big}/api/report`);
		const html = await response.text();
		expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
		const { answers, left_out } = dataOf(html);
		const cut = left_out.find(({ list }) => list === "logs");
		const { shown = 0, total = 0, overall = 0 } = cut ?? {};
		expect(shown).toBe(answers.logs?.rows.length);
		expect(shown).toBeLessThan(total);
		expect(overall).toBe(600);
		expect(html).toContain(`${total - shown} of ${total} log lines`);
		expect(html).toContain(`${600 - total} older log lines`);
	});

	test.each([
		["?at=soon", 400],
		["?range=2", 400],
		["?run=abc", 400],
		["?run=1&range=1h", 400],
		["?run=999999", 404],
		["?lines=4", 400],
		["?at=2001-01-01T00:00:00Z", 404],
	])("%s is refused with %i", async (parameters, status) => {
		const response = await get(`/api/report${parameters}`);
		expect(response.status).toBe(status);
		expect(response.headers.get("content-type")).toBe("application/problem+json");
	});

	test("of a cluster that nobody pushed to there is none", async () => {
		expect((await fetch(`${host().url}/clusters/nobody-reported/api/report`)).status).toBe(404);
	});
}
