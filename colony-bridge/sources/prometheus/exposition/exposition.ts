/**
 * Reads what a scrape target says: Prometheus' text format 0.0.4 and OpenMetrics 1.0.
 *
 * A line that breaks the format is left out and told; the others count. OpenMetrics ends with `# EOF`: without it the text was cut on the
 * way, and none of it can be trusted.
 */
import { unescapeHelp } from "./escapes.ts";
import { candidates, FAMILY_TYPES, type Family, type FamilyType, suffixesOf } from "./family.ts";
import { LineFault } from "./label-set.ts";
import { parseSample, type Sample } from "./sample-line.ts";

export interface Exposition {
	families: Family[];
	/** Lines left out, from 1. */
	faults: { line: number; words: string }[];
}

const SAID = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+([A-Za-z_:][A-Za-z0-9_:]*)(?:[ \t]+(.*))?$/s;
const SAID_STRICTLY = /^# (HELP|TYPE|UNIT) ([A-Za-z_:][A-Za-z0-9_:]*)(?: (.*))?$/s;

/** A target may mend a line that does not parse. @returns undefined where it cannot. */
export type Mend = (line: string) => string | undefined;

/** From the answer's Content-Type. */
export function isOpenMetrics(contentType: string): boolean {
	return /^\s*application\/openmetrics-text\b/i.test(contentType);
}

/** @throws where OpenMetrics was cut. */
export function parseExposition(text: string, openMetrics: boolean, mend?: Mend): Exposition {
	const reader = new Reader(openMetrics, mend);
	const lines = text.split("\n");
	// The last newline ends a line, it begins none.
	if (lines.at(-1) === "") lines.pop();
	if (openMetrics && lines.indexOf("# EOF") === -1) throw new Error("the text has no # EOF at its end: it was cut on the way");
	for (const [i, line] of lines.entries()) reader.read(line, i + 1);
	return { families: [...reader.families.values()].filter(({ samples }) => samples.length > 0), faults: reader.faults };
}

class Reader {
	readonly families = new Map<string, Family>();
	readonly faults: { line: number; words: string }[] = [];
	readonly #openMetrics: boolean;
	readonly #mend: Mend | undefined;
	readonly #typed = new Set<string>();
	#ended = false;

	constructor(openMetrics: boolean, mend: Mend | undefined) {
		this.#openMetrics = openMetrics;
		this.#mend = mend;
	}

	read(line: string, number: number): void {
		try {
			this.#line(line);
		} catch (error) {
			if (!(error instanceof LineFault)) throw error;
			this.faults.push({ line: number, words: error.message });
		}
	}

	#line(raw: string): void {
		if (this.#ended) throw new LineFault("there is text behind # EOF");
		const line = this.#openMetrics ? raw : raw.trim();
		if (line === "") {
			if (this.#openMetrics) throw new LineFault("the line is empty");
		} else if (line.startsWith("#")) {
			this.#comment(line);
		} else {
			this.#add(this.#sample(line));
		}
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

	#comment(line: string): void {
		if (this.#openMetrics && line === "# EOF") {
			this.#ended = true;
			return;
		}
		const said = (this.#openMetrics ? SAID_STRICTLY : SAID).exec(line);
		if (!said) {
			// 0.0.4 has comments, OpenMetrics has none.
			if (this.#openMetrics) throw new LineFault(`"${line.slice(0, 40)}" is neither HELP, TYPE, UNIT nor EOF`);
			return;
		}
		const [, what, name = "", rest = ""] = said;
		if (what === "HELP") this.#help(name, rest);
		else if (what === "TYPE") this.#type(name, rest.trim());
		else if (this.#openMetrics) this.#unit(name, rest);
	}

	#help(name: string, text: string): void {
		const family = this.#family(name);
		if (family.help !== undefined) throw new LineFault(`"${name}" has a second HELP`);
		family.help = unescapeHelp(text, this.#openMetrics);
	}

	#type(name: string, word: string): void {
		const type = word === "untyped" && !this.#openMetrics ? "unknown" : (word as FamilyType);
		const known = this.#openMetrics ? FAMILY_TYPES : FAMILY_TYPES.slice(0, 5);
		if (!known.includes(type)) throw new LineFault(`"${word.slice(0, 40)}" is no type of a metric`);
		const family = this.#family(name);
		if (this.#typed.has(name)) throw new LineFault(`"${name}" has a second TYPE`);
		if (family.samples.length > 0) throw new LineFault(`the TYPE of "${name}" comes after its samples`);
		this.#typed.add(name);
		family.type = type;
	}

	#unit(name: string, unit: string): void {
		if (unit !== "" && !name.endsWith(`_${unit}`)) throw new LineFault(`the name "${name}" does not end in its unit, _${unit}`);
		if (unit !== "") this.#family(name).unit = unit;
	}

	#add(sample: Sample): void {
		const family = this.#familyOf(sample.name);
		const suffix = sample.name.slice(family.name.length);
		if (sample.exemplar && !((family.type === "counter" && suffix === "_total") || suffix === "_bucket")) {
			throw new LineFault(`"${sample.name}" has an exemplar; only counters and buckets may`);
		}
		if (suffix === "_bucket" && family.type !== "unknown" && sample.labels.le === undefined) {
			throw new LineFault(`the bucket "${sample.name}" has no label le`);
		}
		family.samples.push(sample);
	}

	#familyOf(sample: string): Family {
		for (const [name, suffix] of candidates(sample)) {
			const family = this.families.get(name);
			if (family && suffixesOf(family.type, this.#openMetrics).includes(suffix)) return family;
		}
		return this.#family(sample);
	}

	#family(name: string): Family {
		let family = this.families.get(name);
		if (!family) {
			family = { name, type: "unknown", samples: [] };
			this.families.set(name, family);
		}
		return family;
	}
}
