/** Reads an export back, as somebody would who knows the format and nothing of us. Each throws on what the format does not allow. */

export interface ExportedSeries {
	name: string;
	labels: Record<string, string>;
	/** Instants in ms. */
	samples: { at: number; value: number }[];
}

/** RFC 4180, with a header. */
export function readCsv(text: string): ExportedSeries[] {
	const [header, ...rows] = csvRows(text);
	if (header?.join() !== "timestamp,name,labels,unit,value") throw new Error(`no such header: ${header?.join()}`);
	const found = new Map<string, ExportedSeries>();
	for (const row of rows) {
		const [timestamp = "", name = "", labels = "", , value = ""] = row;
		if (row.length !== 5) throw new Error(`a row of ${row.length} cells: ${row.join()}`);
		add(found, name, labels, { at: Date.parse(timestamp), value: number(value) });
	}
	return [...found.values()];
}

function csvRows(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	let at = 0;
	for (const [whole, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)) {
		at += whole.length;
		row.push(quoted?.replaceAll('""', '"') ?? plain);
		if (end === ",") continue;
		rows.push(row);
		row = [];
	}
	if (at !== text.length || row.length > 0) throw new Error(`no CSV from character ${at}: ${text.slice(at, at + 100)}`);
	return rows;
}

export function readJson(text: string): ExportedSeries[] {
	const { series } = JSON.parse(text) as {
		series: { name: string; labels?: Record<string, string>; samples: { timestamp: string; value: number }[] }[];
	};
	return series.map(({ name, labels = {}, samples }) => ({
		name,
		labels,
		samples: samples.map(({ timestamp, value }) => ({ at: Date.parse(timestamp), value })),
	}));
}

/** What a family's samples may be called: no two families share one of these. */
const CALLED = { counter: ["", "_total", "_created"], gauge: [""], unknown: [""] };

/** OpenMetrics 1.0: `# EOF` at the end, all of a family together under its own `# TYPE`, no name in two families. */
export function readOpenMetrics(text: string): ExportedSeries[] {
	if (!text.endsWith("\n# EOF\n")) throw new Error("no # EOF at the end");
	const found = new Map<string, ExportedSeries>();
	const families = new Set<string>();
	const described = new Set<string>();
	let family = "";
	for (const line of text.slice(0, -"# EOF\n".length).trimEnd().split("\n")) {
		const typed = /^# TYPE (\S+) (counter|gauge|unknown)$/.exec(line);
		if (typed) {
			family = `${typed[1]}${typed[2] === "counter" ? "_total" : ""}`;
			for (const suffix of CALLED[typed[2] as keyof typeof CALLED]) {
				const called = `${typed[1]}${suffix}`;
				if (families.has(called)) throw new Error(`the name ${called} is of two families`);
				families.add(called);
			}
			described.clear();
			continue;
		}
		const [, what = "", of = "", rest = ""] = /^# (HELP|UNIT) (\S+) (.+)$/.exec(line) ?? [];
		if (what !== "") {
			if (described.has(what) || (of !== family.replace(/_total$/, "") && of !== family)) throw new Error(`out of place: ${line}`);
			if (what === "UNIT" && !of.endsWith(`_${rest}`)) throw new Error(`a name without its unit: ${line}`);
			described.add(what);
			continue;
		}
		const [whole, name = "", labels = "", value = "", seconds = ""] =
			/^([A-Za-z_:][\w:]*)(\{(?:[A-Za-z_]\w*="(?:[^"\\]|\\.)*",?)+\})? (\S+) (\d+\.\d{3})$/.exec(line) ?? [];
		if (whole === undefined || name !== family) throw new Error(`in the family ${family} no such line: ${line}`);
		add(found, name, labels, { at: Math.round(Number(seconds) * 1000), value: number(value) });
	}
	return [...found.values()];
}

function add(found: Map<string, ExportedSeries>, name: string, labels: string, sample: ExportedSeries["samples"][number]): void {
	const key = name + labels;
	const known = found.get(key);
	if (known) known.samples.push(sample);
	else found.set(key, { name, labels: labelsOf(labels), samples: [sample] });
}

function labelsOf(text: string): Record<string, string> {
	return Object.fromEntries(
		[...text.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name = "", value = ""]) => [
			name,
			value.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character)),
		]),
	);
}

function number(text: string): number {
	if (text === "" || Number.isNaN(Number(text))) throw new Error(`no number: ${text}`);
	return Number(text);
}
