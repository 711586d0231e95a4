/** The parser of scrape targets: the formats' own rules, and what is printed comes back. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mendLine } from "../../colony-bridge/sources/hiveframe/exposition-mapping.ts";
import { type Family, type FamilyType, parseExposition } from "../../colony-bridge/sources/prometheus/exposition/exposition.ts";
import { parseBraces, type Sample } from "../../colony-bridge/sources/prometheus/exposition/sample-line.ts";
import { familyMetrics } from "../../colony-bridge/sources/prometheus/family-metrics.ts";
import { newest } from "../../colony-bridge/sources/prometheus/newest.ts";

const text = (...lines: string[]) => parseExposition(`${lines.join("\n")}\n`, false);
const open = (...lines: string[]) => parseExposition(`${[...lines, "# EOF"].join("\n")}\n`, true);

describe("text format 0.0.4", () => {
	test("reads the example of its specification", () => {
		const { families, lost, notes } = text(
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
		expect([lost, notes]).toEqual([undefined, undefined]);
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
		expect(text(line)).toEqual({ families: [expect.objectContaining({ samples: [expect.objectContaining(sample)] })] });
	});

	test.each([
		["9a 1", "it does not begin with a metric's name"],
		["a", "the value is missing"],
		["a 0x10", "the value is no number"],
		["a 1_000", "the value is no number"],
		["a 1 1.5", "the timestamp is none"],
		["a 1 2 3", "there is something behind the timestamp"],
		["a-b 1", "behind its name comes neither a blank nor a label"],
		['a{x="1" y="2"} 1', "after a label comes neither a comma nor the closing brace"],
		['a{x="1",x="2"} 1', "a label stands there twice"],
		['a{x="1} 1', "a label's value is not in double quotes, or does not end"],
		["a{x} 1", "a label has no value"],
		['a{"b"} 1', "it has no metric's name, or two of them"],
		['{"b","c"} 1', "a label has no value"],
		["{} 1", "it has no metric's name, or two of them"],
		["# TYPE b histogram\nb_bucket 1", "a bucket has no label le"],
		[`${"a".repeat(201)} 1`, "its name has more than 200 characters"],
		[`a{x="${"y".repeat(1025)}"} 1`, "a label's value has more than 1024 characters"],
		[`a{${Array.from({ length: 65 }, (_, i) => `l${i}="x"`).join()}} 1`, "it has more than 64 labels"],
	])("%j is left out and told, and the next line counts", (line, words) => {
		const { families, lost, notes } = text(line, "good 1");
		expect(lost).toEqual({ count: 1, line: line.split("\n").length, words });
		expect(notes).toBeUndefined();
		expect(families.at(-1)).toMatchObject({ name: "good", samples: [{ value: 1 }] });
	});

	test("has exemplars in the field, takes help texts as they are and needs no newline at its end", () => {
		expect(text('a_bucket{le="1"} 1 # {} 1')).toMatchObject({ families: [{ samples: [{ value: 1 }] }] });
		const { families } = parseExposition(`${String.raw`# HELP a say \"hi\"\\\n`}\na 1`, false);
		expect(families[0]?.help).toBe(`say \\"hi\\"\\\n`);
	});
});

describe("OpenMetrics 1.0", () => {
	test("reads counters, units, exemplars, info and state sets", () => {
		const { families, lost, notes } = open(
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
		expect([lost, notes]).toEqual([undefined, undefined]);
		expect(families.map(({ name, type, unit }) => [name, type, unit])).toEqual([
			["acme_seconds", "counter", "seconds"],
			["build", "info", undefined],
			["mode", "stateset", undefined],
			["depth", "gaugehistogram", undefined],
		]);
		expect(families[0]).toMatchObject({
			help: 'say "hi"',
			samples: [
				{ timestamp: 1520879607789, value: 17 },
				{ name: "acme_seconds_created", value: 1520430000.123 },
			],
		});
		expect(familyMetrics(families[0] as Family).map(({ name, type, unit }) => [name, type, unit])).toEqual([
			["acme_seconds_total", "counter", "seconds"],
			["acme_seconds_created", "gauge", "seconds"],
		]);
	});

	test.each([
		["a  1"],
		['a{x="1",} 1'],
		['a{x = "1"} 1'],
		["\n# a comment\na 1\r"],
		["# TYPE a untyped\na 1"],
		["# UNIT a seconds\na 1"],
		["# TYPE a gauge\na 1 # {} 1"],
		[`# TYPE a counter\na_total 1 # {x="${"y".repeat(128)}"} 1`],
		['a 1 # {"url.scheme"="http"} 1.0'],
		["a 1 # no exemplar at all"],
	])("%j counts: what it means is plain", (line) => {
		const { families, lost, notes } = open(...line.split("\n"));
		expect(families.flatMap(({ samples }) => samples.map(({ value }) => value))).toEqual([1]);
		expect([lost, notes]).toEqual([undefined, undefined]);
	});

	test("cut before # EOF, none of it counts", () => {
		expect(() => parseExposition("a 1\nb 2", true)).toThrow("the exposition has no # EOF at its end: it is truncated");
		expect(open("a 1", "# EOF", "b 2").lost).toEqual({ count: 1, line: 3, words: "it stands behind # EOF" });
	});
});

describe("as the trade writes it", () => {
	const types = (exposition: ReturnType<typeof text>) =>
		exposition.families.flatMap((family) => familyMetrics(family).map(({ name, type, help }) => [name, type, help]));

	test.each<[string, ReturnType<typeof text>, string[][]]>([
		[
			"TYPE and HELP again, the same",
			text("# HELP a x", "# TYPE a counter", 'a{i="1"} 1', "# HELP a x", "# TYPE a counter", 'a{i="2"} 1'),
			[
				["a", "counter", "x"],
				["a", "counter", "x"],
			],
		],
		[
			"TYPE behind the samples, a histogram's too",
			text('h_bucket{le="1"} 1', "h_sum 1", "h_count 1", "# TYPE h histogram", "c 1", "# TYPE c counter", "# HELP c late"),
			[
				["h_bucket", "bucket"],
				["h_sum", "counter"],
				["h_count", "counter"],
				["c", "counter", "late"],
			] as string[][],
		],
		[
			"types nobody knows",
			text("# TYPE a info", "a 1", "# TYPE b stateset", "b 1", "# TYPE c_total banana", "c_total 1"),
			[
				["a", "gauge"],
				["b", "gauge"],
				["c_total", "counter"],
			],
		],
		[
			"a gauge and a counter of one name, in OpenMetrics",
			open("# HELP x in use", "# TYPE x gauge", "x 1", "# HELP x ever", "# TYPE x counter", "x_total 9"),
			[
				["x", "gauge", "in use"],
				["x_total", "counter", "ever"],
			],
		],
		[
			"a gauge beside a counter, in text",
			text("# TYPE x gauge", "x 1", "# TYPE x_total counter", "x_total 9"),
			[
				["x", "gauge"],
				["x_total", "counter"],
			],
		],
		["a counter below nothing", text("# TYPE x counter", "x -1"), [["x", "gauge"]]],
	])("%s: all samples, nothing to find", (_, exposition, expected) => {
		expect([exposition.lost, exposition.notes]).toEqual([undefined, undefined]);
		expect(types(exposition)).toEqual(expected.map(([name, type, help]) => [name, type, help]));
	});

	test("a difference is noted, and costs no sample", () => {
		const { families, lost, notes } = text("# TYPE a gauge", "# HELP a one", "a 1", "# TYPE a counter", "# HELP a two", 'a{b="c"} 2');
		expect(families).toMatchObject([{ type: "gauge", help: "one", samples: [{ value: 1 }, { value: 2 }] }]);
		expect(lost).toBeUndefined();
		expect(notes).toEqual({ count: 2, line: 4, words: "a metric is given two types; the first counts" });
	});

	test("names in quotes are read, with underscores for what is no letter", () => {
		const { families, lost } = text(
			'# TYPE "http.server.duration" histogram',
			'{"http.server.duration_bucket","service.name"="bee\\"s",le="+Inf"} 3',
			'{ "http.server.duration_count" , "1é"="x" } 3',
			'plain{"k8s.pod.name"="hive-0",} 1 # {} 1',
		);
		expect(lost).toBeUndefined();
		expect(families.map(({ name, type }) => [name, type])).toEqual([
			["http_server_duration", "histogram"],
			["plain", "unknown"],
		]);
		expect(families.flatMap(({ samples }) => samples.map(({ labels }) => labels))).toEqual([
			{ service_name: 'bee"s', le: "+Inf" },
			{ __: "x" },
			{ k8s_pod_name: "hive-0" },
		]);
	});

	test("of what has instants the newest counts, what is not of now is left out and counted", () => {
		const at = 1_700_000_000_000;
		const found = (...lines: string[]) => {
			const { families, ...others } = newest(text(...lines).families, at);
			return { ...others, values: families.flatMap(({ samples }) => samples.map(({ value }) => value)) };
		};
		const none = { future: 0, doubled: 0, old: 0, allOld: false };
		expect(found(`q 800 ${at - 180_000}`, `q 900 ${at - 60_000}`, `q 600 ${at - 120_000}`)).toEqual({ ...none, values: [900] });
		expect(found(`q 41 ${at + 3_600_000}`, "r 1")).toEqual({ ...none, future: 1, values: [1] });
		expect(found(`q 1 ${at - 60_000}`, `q 41 ${at + 3_600_000}`)).toEqual({ ...none, future: 1, values: [1] });
		expect(found(`q 1 ${at - 600_000}`, "r 1", `s 2 ${at}`)).toEqual({ ...none, old: 1, values: [1, 2] });
		expect(found(`q 1 ${at - 600_000}`, "r 1")).toEqual({ ...none, old: 1, allOld: true, values: [1] });
		expect(found('i{a="1",b="2"} 1', 'i{b="2",a="1"} 1')).toEqual({ ...none, values: [1] });
		expect(found('i{a="1",b="2"} 1', 'i{b="2",a="1"} 2')).toEqual({ ...none, doubled: 1, values: [1] });
	});
});

type Point = Pick<Sample, "labels" | "value"> & { timestamp?: number | undefined };

describe("a printed exposition", () => {
	const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0));
	const labels = fc.dictionary(
		fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,6}$/).filter((name) => name !== "le" && name !== "quantile"),
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

	/** The printer's input, which the parser has to return. */
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
				expect([read.lost, read.notes]).toEqual([undefined, undefined]);
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

	test("and garbage never breaks the reader, nor costs a valid sample", () => {
		const piece = fc.oneof(
			fc.string({ unit: "binary" }),
			fc.constantFrom(
				"# TYPE a counter\n",
				"# HELP a b\n",
				'a{b="c"} 1\n',
				"# EOF\n",
				"\n",
				"{",
				"}",
				'"',
				"\\",
				"=",
				",",
				" # ",
				"\uFEFF",
				"\0",
			),
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 20 }), fc.array(piece, { maxLength: 20 }), fc.boolean(), (before, behind, openMetrics) => {
				const garbage = [before, behind].map((pieces) => pieces.join("").replaceAll("# EOF", "").replaceAll("\r", ""));
				const good = 'hive_good{constructor="1",__proto__="2"} 42';
				const { families } = parseExposition(`${garbage[0]}\n${good}\n${garbage[1]}\n# EOF\n`, openMetrics);
				const found = families.flatMap(({ samples }) => samples).filter(({ name }) => name === "hive_good");
				expect(found.map(({ labels, value }) => [Object.entries(labels), value])).toEqual([
					[Object.entries({ constructor: "1", ["__proto__"]: "2" }), 42],
				]);
			}),
			{ numRuns: 300 },
		);
	});
});

describe("the work of reading", () => {
	/** Number of reads of single characters. */
	function looks(line: string): number {
		let count = 0;
		const counted = new Proxy(Object(line) as object, {
			get(target, name) {
				count++;
				const value = Reflect.get(target, name) as unknown;
				return typeof value === "function" ? value.bind(target) : value;
			},
		});
		try {
			parseBraces(counted as unknown as string, line.indexOf("{"));
		} catch {
			// Its work is what is asked about.
		}
		return count;
	}
	const labelled = (count: number, value = "x") => `a{${Array.from({ length: count }, (_, i) => `l${i}="${value}"`).join()}} 1`;

	test("is that of the labels it keeps: 80,000 on a line are no more than 65", () => {
		expect(looks(labelled(80_000))).toBe(looks(labelled(65)));
		expect(looks(labelled(64)) / looks(labelled(16))).toBeLessThan(4.2);
	});

	test.each([
		["labels", (n: number) => labelled(n)],
		["backslashes", (n: number) => `a{x="${"\\".repeat(n)}"} 1`],
		["escaped quotes, without an end", (n: number) => `a{x="${'\\"'.repeat(n)}`],
		["blanks", (n: number) => `a${" ".repeat(n)}{${" ".repeat(n)}`],
		["numbers", (n: number) => `a ${"1 ".repeat(n)}`],
		["HiveFrame's labels", (n: number) => `hiveframe_a{${'b="c"",'.repeat(n)}} 1`],
		["help", (n: number) => `# HELP "${"\\".repeat(n)}`],
	])("does not grow faster than a line's %s", (_, lineOf) => {
		const took = (n: number) => {
			const line = lineOf(n);
			const begun = performance.now();
			parseExposition(line, false, mendLine);
			return performance.now() - begun;
		};
		// Quadratic work would take minutes; what is measured is only that it ends.
		expect(took(400_000)).toBeLessThan(5000);
	});
});
