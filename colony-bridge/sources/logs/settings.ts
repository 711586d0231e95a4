import { existsSync } from "node:fs";
import * as v from "valibot";
import { defineSource, oneOrMore, Path } from "../definition.ts";
import { LogSource } from "./log-source.ts";
import { zoneOf } from "./log-time.ts";

const ZoneName = v.pipe(
	v.string(),
	v.check((name) => {
		try {
			return zoneOf(name) !== undefined;
		} catch {
			return false;
		}
	}, 'a zone is written as "UTC", "+02:00" or "Europe/Berlin"'),
);
const From = v.optional(v.picklist(["start", "end"], 'logs are read from "start" or "end"'));
const LOG = { file: Path, from: From, zone: v.optional(ZoneName) };

/** A file's lines are there after so long, ms. */
const SETTLES_MS = 600;

/** Log files, a source each. */
export const LOGS = defineSource({
	settings: {
		logs: {
			schema: oneOrMore(Path, v.strictObject(LOG)),
			help: "Log files to follow; - is standard input",
			value: "FILE...",
			list: true,
			fields: Object.keys(LOG),
		},
		logsFrom: { schema: From, help: "Where to begin in log files; default end", value: "start|end" },
		logsZone: {
			schema: v.optional(ZoneName),
			help: "Zone of log instants without one: UTC, +02:00 or Europe/Berlin; default this machine's",
			value: "zone",
		},
	},
	usage: "--logs FILE",
	plan: ({ logs = [], logsFrom = "end", logsZone }) =>
		logs.map((entry) => {
			const { file, from = logsFrom, zone = logsZone } = typeof entry === "string" ? { file: entry } : entry;
			const options = { fromStart: from === "start", zone: zone === undefined ? undefined : zoneOf(zone) };
			if (file === "-") return { make: () => new LogSource(process.stdin, options), stdin: true };
			return {
				make: () => new LogSource(file, options),
				settlesMs: SETTLES_MS,
				// A log may begin later; a slip in its name looks the same.
				notice: () => (existsSync(file) ? undefined : `there is no file ${file} yet; it is waited for`),
			};
		}),
});
