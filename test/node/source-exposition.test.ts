/** The parser of scrape targets: the formats' own rules, and what is printed comes back. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExposition } from "../../colony-bridge/sources/prometheus/exposition/exposition.ts";
import type { Family, FamilyType } from "../../colony-bridge/sources/prometheus/exposition/family.ts";
import type { Sample } from "../../colony-bridge/sources/prometheus/exposition/sample-line.ts";
import { familyMetrics } from "../../colony-bridge/sources/prometheus/family-metrics.ts";

const text = (...lines: string[]) => parseExposition(`${lines.join("\n")}\n`, false);
const open = (...lines: string[]) => parseExposition(`${[...lines, "# EOF"].join("\n")}\n`, true);

describe("text format 0.0.4", () => {
	test("reads the example of its specification", () => {
		const { families, faults } = text(
			"# HELP http_requests_total The total number of HTTP requests.",
			"# TYPE http_requests_total counter",
			'http_requests_total{method="post",code="200"} 1027 1395066363000',
			'http_requests_total{method="post",code="400"}    3 1395066363000',
			"",
			"# Escaping in label values:",
			String.raw`msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9`,
			"metric_without_timestamp_and_labels 12.47",
			'something_weird{problem="division by zero"} +Inf -3982045',
			"# TYPE http_request_duration_seconds histogram",
			'http_request_duration_seconds_bucket{le="0.05"} 24054',
			'http_request_duration_seconds_bucket{le="+Inf"} 144320',
			"http_request_duration_seconds_sum 53423",
			"http_request_duration_seconds_count 144320",
			"# TYPE rpc_duration_seconds summary",
			'rpc_duration_seconds{quantile="0.01"} 3102',
			"rpc_duration_seconds_sum 1.7560473e+07",
			"rpc_duration_seconds_count 2693",
		);
		expect(faults).toEqual([]);
		expect(families.map(({ name, type, samples }) => [name, type, samples.length])).toEqual([
			["http_requests_total", "counter", 2],
			["msdos_file_access_time_seconds", "unknown", 1],
			["metric_without_timestamp_and_labels", "unknown", 1],
			["something_weird", "unknown", 1],
			["http_request_duration_seconds", "histogram", 4],
			["rpc_duration_seconds", "summary", 3],
		]);
		expect(families[0]).toMatchObject({
			help: "The total number of HTTP requests.",
			samples: [{ timestamp: 1395066363000 }, { value: 3 }],
		});
		expect(families[1]?.samples[0]?.labels).toEqual({ path: "C:\\DIR\\FILE.TXT", error: 'Cannot find file:\n"FILE.TXT"' });
		expect(families[3]?.samples[0]).toMatchObject({ value: Number.POSITIVE_INFINITY, timestamp: -3982045 });
	});

	test.each<[line: string, sample: Partial<Sample>]>([
		['  a { x = "1" , y="2", }   3\t4  ', { name: "a", labels: { x: "1", y: "2" }, value: 3, timestamp: 4 }],
		["a{} nan", { labels: {}, value: Number.NaN }],
		['a{x="}"}1', { labels: { x: "}" }, value: 1 }],
		["a -inf", { value: Number.NEGATIVE_INFINITY }],
		["a .5e-3", { value: 0.0005 }],
		[String.raw`a{x="\d\\n"} 1`, { labels: { x: String.raw`\d\n` } }],
		['a{x=""} 1', { labels: { x: "" } }],
		['a:b_c{__name="é🐝"} 1', { name: "a:b_c", labels: { __name: "é🐝" } }],
	])("%j is a sample", (line, sample) => {
		expect(text(line)).toMatchObject({ faults: [], families: [{ samples: [sample] }] });
	});

	test.each([
		["9a 1", '"9a 1" does not begin with a metric name'],
		["a", "the value is missing"],
		["a 0x10", '"0x10" is no number'],
		["a 1_000", '"1_000" is no number'],
		["a 1 1.5", '"1.5" is no timestamp'],
		["a 1 2 3", '"3" stands behind the timestamp'],
		['a{x="1" y="2"} 1', 'after label "x" comes "y="2"} 1" instead of , or }'],
		['a{x="1",x="2"} 1', 'label "x" stands there twice'],
		['a{x="1} 1', 'the value of label "x" is not in double quotes, or does not end'],
		["# TYPE a gauges", '"gauges" is no type of a metric'],
		["# TYPE b counter\nb 1\n# TYPE b counter", '"b" has a second TYPE'],
		["b 1\n# TYPE b counter", 'the TYPE of "b" comes after its samples'],
		["# HELP b x\n# HELP b y", '"b" has a second HELP'],
		["# TYPE b histogram\nb_bucket 1", 'the bucket "b_bucket" has no label le'],
	])("%j is left out and told, and the next line counts", (line, words) => {
		const { families, faults } = text(line, "good 1");
		expect(faults).toEqual([{ line: line.split("\n").length, words }]);
		expect(families.at(-1)).toMatchObject({ name: "good", samples: [{ value: 1 }] });
	});

	test("has no exemplars, takes help texts as they are and needs no newline at its end", () => {
		expect(text('a_bucket{le="1"} 1 # {} 1').faults).toHaveLength(1);
		const { families } = parseExposition(`${String.raw`# HELP a say \"hi\"\\\n`}\na 1`, false);
		expect(families[0]?.help).toBe(`say \\"hi\\"\\\n`);
	});
});

describe("OpenMetrics 1.0", () => {
	test("reads counters, units, exemplars, info and state sets", () => {
		const { families, faults } = open(
			"# TYPE acme_seconds counter",
			"# UNIT acme_seconds seconds",
			String.raw`# HELP acme_seconds say \"hi\"`,
			'acme_seconds_total{a="b"} 17 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.5',
			'acme_seconds_created{a="b"} 1520430000.123',
			"# TYPE build info",
			'build_info{version="1"} 1',
			"# TYPE mode stateset",
			'mode{mode="a"} 1',
			"# TYPE depth gaugehistogram",
			'depth_bucket{le="+Inf"} 2',
			"depth_gsum 4",
			"depth_gcount 2",
		);
		expect(faults).toEqual([]);
		expect(families.map(({ name, type, unit }) => [name, type, unit])).toEqual([
			["acme_seconds", "counter", "seconds"],
			["build", "info", undefined],
			["mode", "stateset", undefined],
			["depth", "gaugehistogram", undefined],
		]);
		expect(families[0]).toMatchObject({
			help: 'say "hi"',
			samples: [
				{ timestamp: 1520879607789, exemplar: { labels: { trace_id: "KOO5S4vxi0o" }, value: 0.67, timestamp: 1520879607500 } },
				{ name: "acme_seconds_created", value: 1520430000.123 },
			],
		});
		expect(familyMetrics(families[0] as Family, 1520879608000).map(({ name, type, unit }) => [name, type, unit])).toEqual([
			["acme_seconds_total", "counter", "seconds"],
			["acme_seconds_created", "gauge", "seconds"],
		]);
	});

	test.each([
		["a  1", "the value is missing"],
		['a{x="1",} 1', 'a label name is missing at "} 1"'],
		['a{x = "1"} 1', 'label "x" has no value'],
		["", "the line is empty"],
		["# a comment", '"# a comment" is neither HELP, TYPE, UNIT nor EOF'],
		["# TYPE a untyped", '"untyped" is no type of a metric'],
		["# UNIT a seconds", 'the name "a" does not end in its unit, _seconds'],
		["# TYPE a gauge\na 1 # {} 1", '"a" has an exemplar; only counters and buckets may'],
		[`# TYPE a counter\na_total 1 # {x="${"y".repeat(128)}"} 1`, "the exemplar's labels have 129 characters; at most 128 are allowed"],
	])("%j is left out and told", (line, words) => {
		expect(open(line).faults.at(-1)?.words).toBe(words);
	});

	test("cut before # EOF, none of it counts", () => {
		expect(() => parseExposition("a 1\nb 2", true)).toThrow("the text has no # EOF at its end: it was cut on the way");
		expect(open("a 1", "# EOF", "b 2").faults[0]?.words).toBe("there is text behind # EOF");
	});
});

type Point = Pick<Sample, "labels" | "value"> & { timestamp?: number | undefined };

describe("what is printed", () => {
	const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0));
	const labels = fc.dictionary(
		fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,6}$/).filter((name) => name !== "le" && name !== "quantile" && name !== "__proto__"),
		fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("\\", '"', "\n", "\\n", '},{="', "# EOF", " # {} 1")),
		{ maxKeys: 4 },
	);
	const family = fc.record({
		type: fc.constantFrom<FamilyType>("counter", "gauge", "histogram", "summary", "unknown"),
		help: fc.option(
			fc.oneof(fc.string(), fc.constantFrom("\\", "\\n", "a\nb", '"')).map((words) => words.trim()),
			{ nil: undefined },
		),
		points: fc.array(fc.record({ labels, value, timestamp: fc.option(fc.integer({ min: 0, max: 2e12 }), { nil: undefined }) }), {
			minLength: 1,
			maxLength: 4,
		}),
	});

	/** What the printer writes down and the parser has to find. */
	function expected(given: { type: FamilyType; help?: string | undefined; points: Point[] }, i: number, openMetrics: boolean): Family {
		const name = `family_${i}`;
		const samples = given.points.flatMap(({ timestamp, ...point }): Sample[] => {
			const at = timestamp === undefined ? {} : { timestamp };
			const one = (suffix: string, more: Record<string, string> = {}): Sample => {
				return { name: name + suffix, ...point, labels: { ...point.labels, ...more }, ...at };
			};
			if (given.type === "histogram") return [one("_bucket", { le: "0.5" }), one("_bucket", { le: "+Inf" }), one("_sum"), one("_count")];
			if (given.type === "summary") return [one("", { quantile: "0.5" }), one("_sum"), one("_count")];
			return [one(given.type === "counter" && openMetrics ? "_total" : "")];
		});
		return { name, type: given.type, ...(given.help !== undefined && { help: given.help }), samples };
	}

	const number = (value: number, spelled: boolean) => {
		if (Number.isNaN(value)) return spelled ? "NaN" : "nan";
		if (!Number.isFinite(value)) return `${value < 0 ? "-" : "+"}${spelled ? "Inf" : "inf"}`;
		return Object.is(value, -0) ? "-0" : String(value);
	};

	function print(families: Family[], openMetrics: boolean, spelled: boolean): string {
		const escaped = (words: string) => words.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
		const quoted = (words: string) => escaped(words).replaceAll('"', '\\"');
		const lines = families.flatMap(({ name, type, help, samples }) => [
			...(help === undefined ? [] : [`# HELP ${name} ${openMetrics ? quoted(help) : escaped(help)}`]),
			`# TYPE ${name} ${type === "unknown" && !openMetrics ? "untyped" : type}`,
			...samples.map(({ name, labels, value, timestamp }) => {
				const pairs = Object.entries(labels).map(([label, words]) => `${label}="${quoted(words)}"`);
				const at = timestamp === undefined ? "" : ` ${openMetrics ? timestamp / 1000 : timestamp}`;
				return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${number(value, spelled)}${at}`;
			}),
		]);
		return `${[...lines, ...(openMetrics ? ["# EOF"] : [])].join("\n")}\n`;
	}

	test("comes back, in both formats", () => {
		fc.assert(
			fc.property(fc.array(family, { maxLength: 4 }), fc.boolean(), fc.boolean(), (given, openMetrics, spelled) => {
				// The printer writes labels of different points with the same values; a parser does not mind.
				const families = given.map((one, i) => expected(one, i, openMetrics));
				const read = parseExposition(print(families, openMetrics, spelled), openMetrics);
				expect(read.faults).toEqual([]);
				const near = (list: Family[]) =>
					list.map((one) => ({
						...one,
						samples: one.samples.map(({ timestamp, ...sample }) => ({
							...sample,
							at: timestamp === undefined ? null : Math.round(timestamp),
						})),
					}));
				expect(near(read.families)).toEqual(near(families));
			}),
			{ numRuns: 300 },
		);
	});

	test("and garbage never breaks the reader", () => {
		const piece = fc.oneof(fc.string(), fc.constantFrom("# TYPE a counter\n", 'a{b="c"} 1\n', "# EOF\n", "\n", "{", '"', "\\"));
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
				const { families } = parseExposition(pieces.join(""), false);
				for (const { samples } of families) for (const sample of samples) expect(typeof sample.value).toBe("number");
			}),
		);
	});
});
