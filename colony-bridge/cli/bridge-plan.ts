/** Plans the bridges of a configuration: settings with defaults, and spool directories. */
import { createHash } from "node:crypto";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { bridgeAddresses } from "../bridge/endpoint.ts";
import { wordsOf } from "../bridge/warnings.ts";
import type { Access } from "../sources/access.ts";
import { type Zone, zoneOf } from "../sources/logs/log-time.ts";
import type { BridgeFile, ColonySettings } from "./bridge-config.ts";
import { UsageError } from "./command-line.ts";

interface SpoolPlan {
	directory: string;
	/** Nobody asked for it: where it cannot be had, memory will do. */
	byDefault: boolean;
}

/**
 * A folder for each bridge, the same after a restart: two bridges never share one.
 * @param identity what makes the bridge this one: where it pushes to, and under which name
 */
function spoolOf(setting: string | false | undefined, identity: readonly (string | undefined)[]): SpoolPlan | undefined {
	if (setting === false) return undefined;
	const state = process.env.XDG_STATE_HOME || join(homedir(), ".local/state");
	const name = identity.at(-1) ?? "";
	const own = `${name.replace(/[^A-Za-z0-9._@-]/g, "_").slice(0, 80)}-${createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 8)}`;
	return { directory: resolve(setting ?? join(state, "hiveframe-dashboard/spool"), own), byDefault: setting === undefined };
}

/** Settings of each colony with defaults, validated together. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

type LogEntry = Exclude<NonNullable<ColonySettings["logs"]>[number], string>;

export interface BridgePlan {
	/** For people: the cluster, or the bridge where it pushes to the default cluster. */
	title: string;
	to: string;
	cluster: string | undefined;
	tokenFile: string | undefined;
	name: string;
	/** Somebody chose the name: it is this bridge's whatever else runs here. */
	named: boolean;
	intervalMs: number;
	prometheus: ({ url: URL; job: string; kubeconfig?: string | undefined } & Access)[];
	hiveframe: ({ url: URL } & Access)[];
	logs: { file: string; fromStart: boolean; zone?: Zone }[];
	stdin: boolean;
	spool: SpoolPlan | undefined;
}

/** @throws UsageError where something is missing or stands against something else. */
export function planBridges({ colonies, ...defaults }: BridgeFile): BridgePlan[] {
	if (colonies?.length === 0) throw new UsageError("colonies is empty; name a colony, or leave it out and write its settings at the top");
	const plans = (colonies ?? [{}]).map((own, i) => planOf({ ...defaults, ...own }, colonies ? `colonies[${i}]` : undefined));
	const readers = plans.flatMap(({ title, stdin, logs }) => [...(stdin ? [title] : []), ...logs.filter(isStdin).map(() => title)]);
	if (readers.length > 1) throw new UsageError("standard input can be read once: either as frames or as a log, for one colony");
	const seen = new Set<string>();
	for (const { to, cluster, name, title } of plans) {
		const key = JSON.stringify([to, cluster, name]);
		if (seen.has(key))
			throw new UsageError(`two colonies push to "${title}" under the bridge name "${name}"; give one of them another name`);
		seen.add(key);
	}
	return plans;
}

export function isStdin({ file }: { file: string }): boolean {
	return file === "-";
}

function planOf(settings: ColonySettings, place: string | undefined): BridgePlan {
	const {
		to,
		cluster,
		tokenFile,
		interval = "5s",
		prometheus = [],
		hiveframe = [],
		logs = [],
		stdin = false,
		job = "prometheus",
	} = settings;
	const where = place ? `${place}: ` : "";
	if (to === undefined) throw new UsageError(`${where}where to? write --to URL, the dashboard's address`);
	withoutSecret(to, `${where}to`, "tokenFile instead");
	try {
		bridgeAddresses({ url: to, ...(cluster !== undefined && { cluster }) });
	} catch (error) {
		throw new UsageError(`${where}${wordsOf(error)}`);
	}
	const name = settings.name ?? `${cluster ?? "colony"}@${hostname()}`;
	const plan: BridgePlan = {
		title: cluster ?? name,
		to,
		cluster,
		tokenFile,
		name,
		named: settings.name !== undefined,
		intervalMs: intervalOf(interval, where),
		prometheus: prometheus.map((entry) => {
			const own = typeof entry === "string" ? { url: entry } : entry;
			return { ...own, job: own.job ?? job, url: address(own.url, `${where}prometheus`, ["http:", "https:", "dns+srv:", "kubernetes:"]) };
		}),
		hiveframe: hiveframe.map((entry) => {
			const { url, ...own } = typeof entry === "string" ? { url: entry } : entry;
			return { ...own, url: address(url, `${where}hiveframe`, ["http:", "https:"]) };
		}),
		logs: logs.map((entry) => {
			const {
				file,
				from = settings.logsFrom ?? "end",
				zone = settings.logsZone,
			}: LogEntry = typeof entry === "string" ? { file: entry } : entry;
			return { file, fromStart: from === "start", ...(zone !== undefined && { zone: zoneOf(zone) }) };
		}),
		stdin,
		spool: spoolOf(settings.spool, [to, cluster, name]),
	};
	for (const { url, tokenFile, basicAuth } of [...plan.prometheus, ...plan.hiveframe])
		if (tokenFile !== undefined && basicAuth) throw new UsageError(`${where}${url.host} has tokenFile and basicAuth; write one of them`);
	if (plan.prometheus.length + plan.hiveframe.length + plan.logs.length === 0 && !plan.stdin) {
		throw new UsageError(`${where}nothing to read; write --prometheus URL, --hiveframe URL, --logs FILE or --stdin`);
	}
	return plan;
}

function intervalOf(text: string, where: string): number {
	const [, value, unit = ""] = /^([\d.]+)(ms|s|m)$/.exec(text) ?? [];
	const ms = Math.round(Number(value) * (UNITS[unit] ?? Number.NaN));
	if (ms >= 100 && ms <= 3_600_000) return ms;
	throw new UsageError(`${where}invalid interval "${text}"; write from 100ms to 60m`);
}

function address(text: string, what: string, schemes: readonly string[]): URL {
	// `localhost:9090` parses, with a scheme of that name.
	const url = URL.canParse(text) ? new URL(text) : undefined;
	withoutSecret(text, what, "basicAuth with username and passwordFile, or tokenFile, beside its url in a file that --config names");
	if (url && schemes.includes(url.protocol)) return url;
	throw new UsageError(`invalid ${what} "${text}"; write an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(", ")}`);
}

function withoutSecret(text: string, what: string, instead: string): void {
	if (/^[a-z+]+:\/\/[^/?#]*@/i.test(text)) {
		throw new UsageError(`${what} has a password or a token in its address, where everybody can read it; write ${instead}`);
	}
}
