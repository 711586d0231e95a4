/** Exposition as the trade writes it, served as a target: what is right comes out, and a finding is there only where something is lost. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ColonySnapshot } from "../../colony-bridge/colony.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import { PrometheusSource } from "../../colony-bridge/sources/prometheus/prometheus-source.ts";
import { staticTarget } from "../../colony-bridge/sources/prometheus/targets/target.ts";
import { cases, casesThere } from "./cases-rig.ts";
import { serve } from "./source-rig.ts";

/** The samples of its scrape by series; `finding` if samples are lost. */
async function scraped(text: string, openMetrics = false): Promise<{ own: Record<string, string>; check: string; finding?: string }> {
	const type = openMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
	const url = await serve((_, response) => response.setHeader("content-type", type).end(text));
	const snapshot: ColonySnapshot = await new PrometheusSource([staticTarget(new URL(url), "test")], { intervalMs: 1000 }).read();
	const own = (snapshot.metrics ?? []).filter(
		({ name, labels }) => name !== "up" && !(name.startsWith("scrape_") && labels?.job === "test"),
	);
	const reason = snapshot.leftOut?.[0]?.reason;
	return {
		own: Object.fromEntries(
			own.map(({ name, labels, value, type, unit = "" }) => [seriesKey(name, labels), `${value} ${type} ${unit}`.trim()]),
		),
		check: `${snapshot.checks?.[0]?.status} ${snapshot.checks?.[0]?.message ?? ""}`.trim(),
		...(reason !== undefined && { finding: reason }),
	};
}

const file = (name: string) => readFileSync(cases(name), "utf8");
/** Fills in a template: instants as they are served. */
const now = (name: string) => file(name).replace(/@NOW([+-]\d+)@/g, (_, offset) => String(Date.now() + Number(offset)));
const clean = (own: Record<string, string>) => ({ own, check: "ok" });

describe.skipIf(!casesThere)("the inputs that the trade meets", () => {
	test.each<[string, boolean, Record<string, string>]>([
		["exposition/01_dblmax.txt", false, { probe_min_ms: "1.7976931348623157e+308 gauge milliseconds" }],
		["exposition/02_export_clash.txt", false, { jobs: "3 gauge", jobs_total: "17 counter" }],
		[
			"exposition/03_second_type.txt",
			false,
			{
				'rows_read{tablet="a"}': "10 counter",
				'rows_read{tablet="b"}': "20 counter",
				'rows_written{tablet="a"}': "4 counter",
				'rows_written{tablet="b"}': "8 counter",
			},
		],
		[
			"exposition/04_ksm_info_stateset.txt",
			false,
			{
				'kube_pod_info{namespace="colony",node="n1",pod="hive-0"}': "1 gauge",
				'kube_pod_phase{kube_pod_phase="Running",namespace="colony",pod="hive-0"}': "1 gauge",
				'kube_pod_phase{kube_pod_phase="Failed",namespace="colony",pod="hive-0"}': "0 gauge",
			},
		],
		["exposition/21_dip_after.txt", false, { 'idle_seconds_total{cpu="0"}': "1000000.4 counter seconds" }],
		[
			"exposition/22_epochs.txt",
			false,
			{ process_start_time_seconds: "1790000000 gauge seconds", last_backup_timestamp_seconds: "1790000000 gauge seconds" },
		],
		[
			"exposition/28_utf8_names.txt",
			false,
			{ 'http_server_duration{service_name="bee"}': "0.25 gauge", 'plain{k8s_pod_name="hive-0"}': "1 gauge", plain_too: "1 gauge" },
		],
		[
			"openmetrics/02_go_alloc_clash.txt",
			true,
			{ go_memstats_alloc_bytes: "1250000 gauge bytes", go_memstats_alloc_bytes_total: "9500000 counter bytes" },
		],
		["openmetrics/06_exemplar_quoted_name.txt", true, { calls_total: "12 counter" }],
	])("%s", async (name, openMetrics, own) => expect(await scraped(file(name), openMetrics)).toEqual(clean(own)));

	test.each([
		["exposition/05_33_labels.txt", 2],
		["exposition/05_label_201_chars.txt", 2],
		["exposition/01_dblmax_summary.txt", 4],
		["exposition/shape_flink.txt", 3],
		// One of its eight is there twice, the same.
		["exposition/shape_ray.txt", 6],
	])("%s: all samples, no finding", async (name, samples) => {
		const { own, ...others } = await scraped(file(name));
		expect(Object.keys(own)).toHaveLength(samples);
		expect(others).toEqual({ check: "ok" });
	});

	test("instants: the newest of several counts, and one of the future is reported", async () => {
		expect(await scraped(now("exposition/13_several_timestamps.tmpl"))).toEqual(clean({ cloud_queue_depth: "900 gauge" }));
		expect(await scraped(now("exposition/13_future_timestamp.tmpl"))).toEqual({
			own: {},
			check: "warning 1 sample was left out: from the future; is the target's clock right?",
			finding: "from the future; is the target's clock right?",
		});
	});
});

describe("their neighbours", () => {
	test("past the bounds samples are left out, counted and reported; the others count", async () => {
		const labels = Array.from({ length: 65 }, (_, i) => `l${i}="x"`).join();
		expect(await scraped(`ok 1\na{${labels}} 1\nb{x="${"y".repeat(1025)}"} 1\nc{x="${"é".repeat(1024)}"} 1\n`)).toEqual({
			own: { ok: "1 gauge", [`c{x="${"é".repeat(1024)}"}`]: "1 gauge" },
			check: "warning 2 samples were left out: it has more than 64 labels (line 2 is the first)",
			finding: "it has more than 64 labels (line 2 is the first)",
		});
	});

	test("a second type that differs is a note, and no finding", async () => {
		const { finding, check } = await scraped("# TYPE a gauge\na 1\n# TYPE a counter\n");
		expect([finding, check]).toEqual([undefined, "ok line 3: a metric is given two types; the first counts"]);
	});

	test("a histogram whose exemplars break every rule has all its buckets", async () => {
		const exemplars = ['# {"a.b"="c"} 1', '# {a="b"', "# {} x", "# {a=1} 1", `# {a="${"x".repeat(500)}"} 1`];
		const lines = exemplars.map((exemplar, i) => `h_bucket{le="${i}"} ${i} ${exemplar}`);
		const { own, check } = await scraped(`# TYPE h histogram\n${lines.join("\n")}\n# EOF\n`, true);
		expect([Object.keys(own).length, check]).toEqual([5, "ok"]);
	});
});
