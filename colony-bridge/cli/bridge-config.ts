/**
 * The bridge's settings: their schema, and the YAML file they may stand in.
 *
 * ```yaml
 * to: https://dashboard.example.com
 * tokenFile: /etc/hiveframe/token
 * colonies:
 *   - cluster: production
 *     prometheus: [http://10.0.0.7:9090/metrics, dns+srv://_metrics._tcp.hive.internal/metrics]
 *     hiveframe: http://10.0.0.7:8080
 *     logs: [/var/log/hive/colony.log, {file: /var/log/hive/queen.log, from: start, zone: UTC}]
 *   - cluster: staging
 *     hiveframe: {url: https://10.0.0.8, tls: {caFile: /etc/hive/ca.pem}, basicAuth: {username: bridge, passwordFile: /etc/hive/password}}
 *     prometheus: kubernetes://staging?selector=app%3Dhive
 * ```
 *
 * Top-level settings are defaults of every colony; without `colonies` there is one colony.
 */
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import type { Document, LineCounter } from "yaml";
import { meant } from "../protocol/http/did-you-mean.ts";
import { ClusterName, Name } from "../protocol/wire/names.ts";
import { ACCESS } from "../sources/access.ts";
import { zoneOf } from "../sources/logs/log-time.ts";
import { UsageError } from "./command-line.ts";

const Path = v.pipe(v.string(), v.minLength(1, "a path is not empty"));
const Address = v.pipe(v.string(), v.minLength(1, "an address is not empty"));

/** One, or a list; each a text or a more detailed object. A lazy choice, so that a mistake inside the object is told as such. */
function oneOrMore<T extends v.GenericSchema<string>, O extends v.GenericSchema>(text: T, detailed: O) {
	const one = v.lazy((input): T | O => (typeof input === "object" && input !== null ? detailed : text));
	return v.optional(
		v.pipe(
			v.unknown(),
			v.transform((input) => (input === undefined || Array.isArray(input) ? input : [input])),
			v.array(one),
		),
	);
}

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
const HIVEFRAME = { url: Address, ...ACCESS };
const TARGET = { ...HIVEFRAME, job: v.optional(Name), kubeconfig: v.optional(Path) };

const entries = {
	/** The dashboard's address. */
	to: v.optional(Address),
	/** Absent: the dashboard's default cluster. */
	cluster: v.optional(ClusterName),
	/** A file with the bridge's token. */
	tokenFile: v.optional(Path),
	/** The bridge's own name, unique in its cluster. */
	name: v.optional(Name),
	/** Time between snapshots: `5s`, `500ms`, `1m`. */
	interval: v.optional(v.pipe(v.string(), v.regex(/^\d+(?:\.\d+)?(?:ms|s|m)$/, 'an interval is written as "500ms", "5s" or "1m"'))),
	/** Scrape targets. */
	prometheus: oneOrMore(Address, v.strictObject(TARGET)),
	/** Label `job` of scrape targets that have none of their own. */
	job: v.optional(Name),
	/** HiveFrame's own dashboards. */
	hiveframe: oneOrMore(Address, v.strictObject(HIVEFRAME)),
	/** Log files; `-` is standard input. */
	logs: oneOrMore(
		Path,
		v.strictObject({
			file: Path,
			from: v.optional(v.picklist(["start", "end"], 'logs are read from "start" or "end"')),
			zone: v.optional(ZoneName),
		}),
	),
	/** Default read position of files. */
	logsFrom: v.optional(v.picklist(["start", "end"], 'logs are read from "start" or "end"')),
	/** The zone of instants in logs that have none of their own; absent: this machine's. */
	logsZone: v.optional(ZoneName),
	/** Frames on standard input. */
	stdin: v.optional(v.boolean()),
	/** Directory of the spools, a folder for each bridge; false: in memory only. */
	spool: v.optional(v.union([v.literal(false), Path], "a spool is a directory, or false")),
};

export const ColonySettings = v.strictObject(entries);
export type ColonySettings = v.InferOutput<typeof ColonySettings>;

export const BridgeFile = v.strictObject({ ...entries, colonies: v.optional(v.array(ColonySettings)) });
export type BridgeFile = v.InferOutput<typeof BridgeFile>;

/** @throws UsageError naming file, line, setting and what is allowed; no value is quoted, it may be a secret in the wrong place. */
export async function readConfig(file: string): Promise<BridgeFile> {
	const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
		throw new UsageError(`cannot read the configuration ${file}: ${error.code ?? error.message}`);
	});
	// Loaded for those who have a file: most bridges have none, and start sooner.
	const { LineCounter, parseDocument } = await import("yaml");
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines });
	const [broken] = document.errors;
	if (broken) throw new UsageError(`${file}:${broken.linePos?.[0].line ?? 1}: this is no YAML (${broken.code})`);
	const parsed = v.safeParse(BridgeFile, document.toJS() ?? {});
	if (parsed.success) return parsed.output;
	const [issue] = parsed.issues;
	const path = (issue.path ?? []).map(({ key }) => key as string | number);
	throw new UsageError(`${file}:${lineOf(document, lines, path)}: ${wordsOf(issue, path)}`);
}

/** @throws UsageError in the words of the command line. */
export function checkSettings(settings: unknown): BridgeFile {
	const parsed = v.safeParse(BridgeFile, settings);
	if (parsed.success) return parsed.output;
	const [issue] = parsed.issues;
	const option = String(issue.path?.[0]?.key ?? "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
	throw new UsageError(`invalid --${option}: ${issue.message}`);
}

/** Location of a setting, or of a missing one, in the file. */
function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
	for (let depth = path.length; depth > 0; depth--) {
		const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
		if (node?.range) return lines.linePos(node.range[0]).line;
	}
	return 1;
}

function wordsOf(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string {
	const place = path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : text ? `${text}.${key}` : key), "");
	if (path.length === 0) return "the file holds no settings; write them as name: value";
	if (issue.type !== "strict_object") return `${place}: ${issue.message.replace(/ but received .*$/s, "")}`;
	if (issue.expected !== "never") return `${place} is missing`;
	const last = String(path.at(-1));
	const allowed = allowedAt(path.slice(0, -1));
	const secret = /token|password|secret|key/i.test(last) && allowed.includes("tokenFile");
	return `there is no setting ${place}; ${secret ? "a secret has no place here, write tokenFile with the path of a file that holds it" : meant(last, allowed, "write")}`;
}

/** Names of the settings at a place. */
function allowedAt(path: readonly (string | number)[]): string[] {
	const named = path.filter((key) => typeof key === "string");
	switch (named.at(-1)) {
		case undefined:
			return Object.keys(BridgeFile.entries);
		case "prometheus":
			return Object.keys(TARGET);
		case "hiveframe":
			return Object.keys(HIVEFRAME);
		case "logs":
			return ["file", "from", "zone"];
		case "basicAuth":
			return ["username", "passwordFile"];
		case "tls":
			return ["caFile", "certFile", "keyFile", "serverName", "insecure"];
		default:
			return Object.keys(ColonySettings.entries);
	}
}
