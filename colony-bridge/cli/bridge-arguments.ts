/** The bridge's options as a person types them, with the names that the configuration file has. */
import type { BridgeFile } from "./bridge-config.ts";

/** Options with any number of values. */
export const LIST_OPTIONS = ["prometheus", "hiveframe", "logs"];

/** An option's values stand together: an address or a path has no newline in it. */
const BETWEEN = "\n";

/** `--prometheus A B --prometheus C` as one option, since the parser of options takes one value of each. */
export function foldLists(rawArgs: readonly string[], options: readonly string[]): string[] {
	const lists = new Map<string, string[]>();
	const others: string[] = [];
	let open: string[] | undefined;
	for (const word of rawArgs) {
		const [, name = "", value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
		if (options.includes(name)) {
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

export interface BridgeArguments {
	to?: string | undefined;
	cluster?: string | undefined;
	"token-file"?: string | undefined;
	name?: string | undefined;
	interval?: string | undefined;
	prometheus?: string | undefined;
	job?: string | undefined;
	hiveframe?: string | undefined;
	logs?: string | undefined;
	"logs-from"?: string | undefined;
	"logs-zone"?: string | undefined;
	stdin?: boolean | undefined;
	spool?: string | undefined;
}

/** Command-line options in the form of the configuration file. */
export function settingsOf(args: BridgeArguments): BridgeFile {
	const list = (text: string | undefined) => (text === undefined ? undefined : text.split(BETWEEN).filter((value) => value !== ""));
	const settings = {
		to: args.to,
		cluster: args.cluster,
		tokenFile: args["token-file"],
		name: args.name,
		interval: args.interval,
		prometheus: list(args.prometheus),
		job: args.job,
		hiveframe: list(args.hiveframe),
		logs: list(args.logs),
		logsFrom: args["logs-from"],
		logsZone: args["logs-zone"],
		stdin: args.stdin || undefined,
		spool: args.spool === "none" ? (false as const) : args.spool,
	};
	return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as BridgeFile;
}
