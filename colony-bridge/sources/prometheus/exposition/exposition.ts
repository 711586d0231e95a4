/** A metric family: what its samples have in common, and which samples belong to it. */
import { closingQuote, LineFault, parseSample, type Sample, underscored, unescapeHelp, unescapeValue } from "./sample-line.ts";

const FAMILY_TYPES = ["counter", "gauge", "histogram", "summary", "unknown", "gaugehistogram", "info", "stateset"] as const;
export type FamilyType = (typeof FAMILY_TYPES)[number];

export interface Family {
	/** Without the samples' suffix where the format says so: OpenMetrics' counter `http_requests` has the sample `http_requests_total`. */
	name: string;
	/** 0.0.4's `untyped` is `unknown` here, and so is a family without a word about it. */
	type: FamilyType;
	help?: string;
	unit?: string;
	samples: Sample[];
}

const HISTOGRAM = ["_bucket", "_sum", "_count"];

/** Suffixes of a family's samples; "" is the family's own name. */
const SUFFIXES: Record<"text" | "openMetrics", Partial<Record<FamilyType, readonly string[]>>> = {
	text: { histogram: HISTOGRAM, summary: ["", "_sum", "_count"] },
	openMetrics: {
		counter: ["_total", "_created"],
		histogram: [...HISTOGRAM, "_created"],
		summary: ["", "_sum", "_count", "_created"],
		gaugehistogram: ["_bucket", "_gsum", "_gcount"],
		info: ["_info"],
	},
};

function suffixesOf(type: FamilyType, openMetrics: boolean): readonly string[] {
	return SUFFIXES[openMetrics ? "openMetrics" : "text"][type] ?? [""];
}

const ANY_SUFFIX = /_(?:bucket|sum|count|total|created|gsum|gcount|info)$/;

/** Names of the families that a sample may belong to, the likeliest first, with the suffix it would then have. */
function candidates(sample: string): [family: string, suffix: string][] {
	const suffix = ANY_SUFFIX.exec(sample)?.[0];
	return suffix === undefined
		? [[sample, ""]]
		: [
				[sample, ""],
				[sample.slice(0, -suffix.length), suffix],
			];
}

/**
 * Reads the exposition of a scrape target: Prometheus' text format 0.0.4 and OpenMetrics 1.0, as they are written in the field.
 *
 * Valid samples count, in whatever order TYPE, HELP and samples come; a sample that cannot is left out and told, and the others
 * count. OpenMetrics ends with `# EOF`: without it the text was cut on the way, and none of it can be trusted.
 */
/** Number of faults, and line (from 1) and reason of the first. */
interface Remarks {
	count: number;
	line: number;
	words: string;
}

export interface Exposition {
	families: Family[];
	/** Samples left out. */
	lost?: Remarks;
	/** Faults that cost no sample. */
	notes?: Remarks;
}

const METADATA = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+/;
const BARE_NAME = /^[A-Za-z_:][A-Za-z0-9_:]*(?![^ \t])/;
/** Characters of a comment that are read: a help text is cut much earlier. */
const COMMENT_CHARS = 20_000;

/** A target may mend a line that does not parse. @returns undefined where it cannot. */
export type Mend = (line: string) => string | undefined;

/** From the answer's Content-Type. */
export function isOpenMetrics(contentType: string): boolean {
	return /^\s*application\/openmetrics-text\b/i.test(contentType);
}

/** Lines read in a row: some ten milliseconds. */
const LINES_A_SLICE = 2_000;

/** @throws where OpenMetrics was cut. */
export function parseExposition(text: string, openMetrics: boolean, mend?: Mend): Exposition {
	const reading = readExposition(text, openMetrics, mend);
	for (;;) {
		const { done, value } = reading.next();
		if (done) return value;
	}
}

/** The same in slices, so that other work comes between them. */
export function* readExposition(text: string, openMetrics: boolean, mend?: Mend): Generator<undefined, Exposition> {
	const reader = new Reader(openMetrics, mend);
	let number = 1;
	for (let start = text.startsWith("\uFEFF") ? 1 : 0; start < text.length; number++) {
		const found = text.indexOf("\n", start);
		const end = found === -1 ? text.length : found;
		reader.read(text.slice(start, end).trim(), number);
		start = end + 1;
		if (number % LINES_A_SLICE === 0) yield;
	}
	return reader.end();
}

class Reader {
	readonly #openMetrics: boolean;
	readonly #mend: Mend | undefined;
	/** By name; several where one name is given to families of several types, as OpenMetrics may. */
	readonly #families = new Map<string, Family[]>();
	readonly #helps = new Map<string, { texts: string[]; line: number }>();
	readonly #samples: Sample[] = [];
	readonly #lines: number[] = [];
	#lost: Remarks | undefined;
	#notes: Remarks | undefined;
	#ended = false;

	constructor(openMetrics: boolean, mend: Mend | undefined) {
		this.#openMetrics = openMetrics;
		this.#mend = mend;
	}

	read(line: string, number: number): void {
		if (line === "") return;
		try {
			if (line.startsWith("#")) this.#comment(line, number);
			else if (this.#ended) throw new LineFault("it stands behind # EOF");
			else this.#add(this.#sample(line), number);
		} catch (error) {
			if (!(error instanceof LineFault)) throw error;
			this.#leaveOut(number, error.message);
		}
	}

	/** A TYPE may follow its samples: families are complete when all is read. */
	end(): Exposition {
		if (this.#openMetrics && !this.#ended) throw new Error("the exposition has no # EOF at its end: it is truncated");
		const families = new Set<Family>();
		for (const [i, sample] of this.#samples.entries()) {
			const family = this.#familyOf(sample.name);
			if (sample.name.endsWith("_bucket") && family.name !== sample.name && sample.labels.le === undefined) {
				this.#leaveOut(this.#lines[i] as number, "a bucket has no label le");
				continue;
			}
			families.add(family);
			family.samples.push(sample);
		}
		for (const [name, { texts, line }] of this.#helps) {
			const existing = this.#families.get(name) ?? [];
			for (const [i, family] of existing.entries()) family.help = texts[i] ?? (texts[0] as string);
			if (texts.length > existing.length) this.#note(line, "a metric is given two help texts; the first counts");
		}
		return { families: [...families], ...(this.#lost && { lost: this.#lost }), ...(this.#notes && { notes: this.#notes }) };
	}

	#add(sample: Sample, line: number): void {
		this.#samples.push(sample);
		this.#lines.push(line);
	}

	#leaveOut(line: number, words: string): void {
		this.#lost = { line, words, ...this.#lost, count: (this.#lost?.count ?? 0) + 1 };
	}

	#note(line: number, words: string): void {
		this.#notes = { line, words, ...this.#notes, count: (this.#notes?.count ?? 0) + 1 };
	}

	#sample(line: string): Sample {
		try {
			return parseSample(line, this.#openMetrics);
		} catch (error) {
			const mended = this.#mend?.(line);
			if (mended === undefined) throw error;
			return parseSample(mended, this.#openMetrics);
		}
	}

	#comment(whole: string, number: number): void {
		if (this.#openMetrics && whole === "# EOF") this.#ended = true;
		const line = whole.slice(0, COMMENT_CHARS);
		const [head, what] = METADATA.exec(line) ?? [];
		if (head === undefined) return;
		const end = line[head.length] === '"' ? closingQuote(line, head.length + 1) : -1;
		const name =
			end === -1 ? BARE_NAME.exec(line.slice(head.length))?.[0] : underscored(unescapeValue(line.slice(head.length + 1, end)), ":");
		if (!name) return;
		const rest = line.slice(end === -1 ? head.length + name.length : end + 1).trim();
		if (what === "HELP") this.#help(name, rest, number);
		else if (what === "TYPE") this.#type(name, rest, number);
		else if (rest !== "" && name.endsWith(`_${rest}`)) this.#family(name).unit = rest;
	}

	/** Families of one name have a help text each, in the order of their types. */
	#help(name: string, text: string, line: number): void {
		const help = unescapeHelp(text, this.#openMetrics);
		const texts = this.#helps.get(name)?.texts ?? [];
		if (texts.length < 8 && !texts.includes(help)) this.#helps.set(name, { texts: [...texts, help], line });
		this.#family(name);
	}

	#type(name: string, word: string, number: number): void {
		// Unknown types, and 0.0.4's `untyped`, are gauges.
		const declared = (this.#openMetrics ? FAMILY_TYPES : FAMILY_TYPES.slice(0, 5)).find((type) => type === word);
		const type: FamilyType = declared ?? "unknown";
		const families = this.#families.get(name);
		const [first] = families ?? [];
		if (!families || !first) this.#families.set(name, [{ name, type, samples: [] }]);
		else if (first.type === "unknown") first.type = type;
		else if (type !== "unknown" && !families.some((family) => family.type === type))
			this.#second(families, { name, type, samples: [] }, number);
	}

	/** OpenMetrics' counter `x` has the sample `x_total`, so a gauge `x` beside it is another family; where both would have `x`, the first counts. */
	#second(families: Family[], family: Family, number: number): void {
		const suffixes = families.flatMap(({ type }) => suffixesOf(type, this.#openMetrics));
		if (suffixesOf(family.type, this.#openMetrics).some((suffix) => suffixes.includes(suffix)))
			this.#note(number, "a metric is given two types; the first counts");
		else families.push(family);
	}

	#familyOf(sample: string): Family {
		for (const [name, suffix] of candidates(sample)) {
			const family = this.#families.get(name)?.find(({ type }) => suffixesOf(type, this.#openMetrics).includes(suffix));
			if (family) return family;
		}
		return this.#family(sample);
	}

	/** The family of this name, the first of several. */
	#family(name: string): Family {
		const existing = this.#families.get(name);
		if (existing?.[0]) return existing[0];
		const family: Family = { name, type: "unknown", samples: [] };
		this.#families.set(name, [family]);
		return family;
	}
}
