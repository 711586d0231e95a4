/** A set of labels, and the sets made from it: what series are called, grouped and matched by. */
import { METRIC_NAME } from "../../colony-bridge/protocol/promql/terms.ts";

/** Stands between the parts of a key: a lone surrogate is in no text that came as UTF-8. */
const BETWEEN = "\ud800";

/** Labels that describe the metric rather than the series: what computes something new drops them. */
export const METADATA: ReadonlySet<string> = new Set([METRIC_NAME, "__type__", "__unit__"]);

let none: Labels | undefined;

export class Labels {
	/** Names and values in turn, sorted by name. No value is empty: an empty label is an absent one. */
	readonly flat: readonly string[];
	#key: string | undefined;

	private constructor(flat: readonly string[]) {
		this.flat = flat;
	}

	/** Made when first asked for: the compiler gives the class the name that it has in its own fields only after these. */
	static get none(): Labels {
		none ??= new Labels([]);
		return none;
	}

	static of(labels: Iterable<readonly [name: string, value: string]> | Readonly<Record<string, string>>): Labels {
		const pairs = Symbol.iterator in labels ? [...labels] : Object.entries(labels);
		const filled = pairs.filter(([, value]) => value !== "").sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
		return filled.length === 0 ? Labels.none : new Labels(filled.flat());
	}

	/** The same for equal sets, and for no others. */
	get key(): string {
		this.#key ??= this.flat.join(BETWEEN);
		return this.#key;
	}

	get metric(): string {
		return this.get(METRIC_NAME);
	}

	/** @returns "": there is no such label */
	get(name: string): string {
		for (let i = 0; i < this.flat.length; i += 2) if (this.flat[i] === name) return this.flat[i + 1] as string;
		return "";
	}

	*pairs(): Generator<[name: string, value: string]> {
		for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] as string, this.flat[i + 1] as string];
	}

	/** @param value "" takes the label away */
	with(name: string, value: string): Labels {
		if (this.get(name) === value) return this;
		const flat: string[] = [];
		let at = 0;
		while (at < this.flat.length && (this.flat[at] as string) < name) at += 2;
		for (let i = 0; i < at; i++) flat.push(this.flat[i] as string);
		if (value !== "") flat.push(name, value);
		for (let i = this.flat[at] === name ? at + 2 : at; i < this.flat.length; i++) flat.push(this.flat[i] as string);
		return new Labels(flat);
	}

	without(names: ReadonlySet<string>): Labels {
		return this.#where((name) => !names.has(name));
	}

	keeping(names: ReadonlySet<string>): Labels {
		return this.#where((name) => names.has(name));
	}

	/** The series as errors name it: `{__name__="up", job="a"}`. */
	toString(): string {
		const name = (text: string) => (/^[a-zA-Z_]\w*$/.test(text) ? text : JSON.stringify(text));
		return `{${Array.from(this.pairs(), ([label, value]) => `${name(label)}=${JSON.stringify(value)}`).join(", ")}}`;
	}

	#where(chosen: (name: string) => boolean): Labels {
		const flat: string[] = [];
		for (let i = 0; i < this.flat.length; i += 2) {
			if (chosen(this.flat[i] as string)) flat.push(this.flat[i] as string, this.flat[i + 1] as string);
		}
		if (flat.length === this.flat.length) return this;
		return flat.length === 0 ? Labels.none : new Labels(flat);
	}
}
