/**
 * The bridge's settings. Each is declared once, here or by its source, and has one name: `logsFrom` in the configuration file is `--logs-from`
 * on the command line.
 */
import * as v from "valibot";
import { ClusterName, Name } from "../protocol/wire/names.ts";
import { ACCESS } from "../sources/access.ts";
import { Address, Path, type Settings, type SettingsOf } from "../sources/definition.ts";
import { SOURCES } from "./bridge-sources.ts";
import { DASHBOARD, textOption } from "./command-line.ts";

const CONNECTION = {
	to: { schema: v.optional(Address), ...DASHBOARD.to },
	cluster: { schema: v.optional(ClusterName), ...DASHBOARD.cluster },
	tokenFile: { schema: v.optional(Path), ...DASHBOARD.tokenFile },
	name: { schema: v.optional(Name), help: "This bridge's name, unique in its cluster; default CLUSTER@HOST", value: "name" },
	interval: {
		schema: v.optional(v.pipe(v.string(), v.regex(/^\d+(?:\.\d+)?(?:ms|s|m)$/, 'an interval is written as "500ms", "5s" or "1m"'))),
		help: "Time between pushes, such as 500ms, 5s or 1m; default 5s",
		value: "time",
	},
} satisfies Settings;

const SPOOL = {
	/** Directory of the spools, a folder for each bridge; false: in memory only. */
	spool: {
		schema: v.optional(v.union([v.literal(false), Path], "a spool is a directory, or false")),
		help: 'Where what has not arrived outlives this process; default ~/.local/state/hiveframe-dashboard, or "none"',
		value: "directory",
		read: (text: string) => (text === "none" ? false : text),
	},
} satisfies Settings;

const SETTINGS: Settings = Object.assign({}, CONNECTION, ...SOURCES.map(({ settings }) => settings), SPOOL);

/** One colony's. The settings of a source are validated here, and typed where the source is defined. */
export type ColonySettings = SettingsOf<typeof CONNECTION & typeof SPOOL> & Record<string, unknown>;
/** Top-level settings are defaults of every colony. */
export type BridgeFile = ColonySettings & { colonies?: ColonySettings[] | undefined };

const entries: v.ObjectEntries = Object.fromEntries(Object.entries(SETTINGS).map(([name, { schema }]) => [name, schema]));
export const BridgeFile = v.strictObject({
	...entries,
	colonies: v.optional(v.array(v.strictObject(entries))),
}) as unknown as v.GenericSchema<unknown, BridgeFile>;

/** Names allowed at a place of the file: in a colony, at the top, or in a setting's object. */
export function namesAt(path: readonly (string | number)[]): readonly string[] {
	const place = path.findLast((key) => typeof key === "string");
	if (place === "basicAuth" || place === "tls") return Object.keys(ACCESS[place].wrapped.entries);
	const names = Object.keys(SETTINGS);
	return place === undefined ? [...names, "colonies"] : (SETTINGS[place]?.fields ?? names);
}

/** A setting's name on the command line. */
export const optionOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The settings as options of a command. */
export const OPTIONS = Object.fromEntries(
	Object.entries(SETTINGS).map(([name, { help, value }]) => [
		optionOf(name),
		value === undefined ? { type: "boolean" as const, description: help } : textOption({ help, value }),
	]),
);

/** Options with any number of values. */
const LISTS = Object.entries(SETTINGS).flatMap(([name, { list }]) => (list ? optionOf(name) : []));

/** An option's values stand together: an address or a path has no newline in it. */
const BETWEEN = "\n";

/** `--prometheus A B --prometheus C` as one option, since the parser of options takes one value of each. */
export function foldLists(rawArgs: readonly string[]): string[] {
	const lists = new Map<string, string[]>();
	const others: string[] = [];
	let open: string[] | undefined;
	for (const word of rawArgs) {
		const [, name = "", value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
		if (LISTS.includes(name)) {
			open = lists.get(name) ?? [];
			lists.set(name, open);
			if (value !== undefined) open.push(value);
		} else if (open && (word === "-" || !word.startsWith("-"))) {
			open.push(word);
		} else {
			open = undefined;
			others.push(word);
		}
	}
	return [...others, ...Array.from(lists, ([name, values]) => `--${name}=${values.join(BETWEEN)}`)];
}

/** Options as they were given, in the form of the configuration file. */
export function settingsOf(given: Record<string, unknown>): Record<string, unknown> {
	const settings: Record<string, unknown> = {};
	for (const [name, { list, read = (text: string): unknown => text }] of Object.entries(SETTINGS)) {
		const value = given[optionOf(name)];
		if (value === undefined || value === false) continue;
		settings[name] = list ? String(value).split(BETWEEN).filter(Boolean) : typeof value === "string" ? read(value) : value;
	}
	return settings;
}
