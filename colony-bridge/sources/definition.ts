/** Definition of a source: its settings, and what is read because of them. `cli/bridge-sources.ts` lists all definitions. */
import * as v from "valibot";
import type { Source } from "./source.ts";

/** One setting of a bridge: a name in the configuration file, and on the command line `--name`, in words with dashes. */
export interface Setting {
	schema: v.GenericSchema;
	/** Its text in `--help`. */
	help: string;
	/** Its value in a word, such as `URL`; absent: the option stands without a value. */
	value?: string;
	/** The option takes any number of values. */
	list?: true;
	/** Fields of the object that is allowed instead of a text. */
	fields?: readonly string[];
	/** An option's text as the file has it; absent: the same text. */
	read?(text: string): unknown;
}
export type Settings = Record<string, Setting>;
export type SettingsOf<S extends Settings> = v.InferOutput<v.ObjectSchema<{ [N in keyof S]: S[N]["schema"] }, undefined>>;

/** One source that is read. */
export interface PlannedSource {
	make(): Source;
	/** It reads standard input, which can be read once. */
	stdin?: boolean;
	/** Said before it begins. */
	notice?(): string | undefined;
	/** Time until its own reading is there, ms: `--dry-run` waits for it. */
	settlesMs?: number;
}

interface Planning {
	/** Before a message: which colony of the configuration is meant, `` or `colonies[1]: `. */
	where: string;
	/** Between two pushes. */
	intervalMs: number;
}

export interface SourceDefinition<S extends Settings = Settings> {
	settings: S;
	/** Line of help for a command without any source. */
	usage: string;
	/** @throws UsageError where a setting cannot be right */
	plan(settings: SettingsOf<S>, planning: Planning): PlannedSource[];
}

/** Its settings' types are inferred from their schemas; whoever goes through the table has validated them all. */
export const defineSource = <const S extends Settings>(definition: SourceDefinition<S>): SourceDefinition =>
	definition as unknown as SourceDefinition;

export const Path = v.pipe(v.string(), v.minLength(1, "a path is not empty"));
export const Address = v.pipe(v.string(), v.minLength(1, "an address is not empty"));

/** One, or a list; each a text or a more detailed object. A lazy choice, so that a mistake inside the object is reported as such. */
export function oneOrMore<T extends v.GenericSchema<string>, O extends v.GenericSchema>(text: T, detailed: O) {
	const one = v.lazy((input): T | O => (typeof input === "object" && input !== null ? detailed : text));
	return v.optional(
		v.pipe(
			v.unknown(),
			v.transform((input) => (input === undefined || Array.isArray(input) ? input : [input])),
			v.array(one),
		),
	);
}
