/** Plans the bridges of a configuration: settings with defaults, and spool directories. */
import { createHash } from "node:crypto";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { bridgeAddresses } from "../bridge/endpoint.ts";
import { wordsOf } from "../bridge/warnings.ts";
import { UsageError } from "../option-check.ts";
import { withoutSecret } from "../sources/access.ts";
import type { PlannedSource } from "../sources/definition.ts";
import type { BridgeFile, ColonySettings } from "./bridge-settings.ts";
import { SOURCES } from "./bridge-sources.ts";

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
	sources: PlannedSource[];
	spool: SpoolPlan | undefined;
}

/** @throws UsageError where something is missing or stands against something else. */
export function planBridges({ colonies, ...defaults }: BridgeFile): BridgePlan[] {
	if (colonies?.length === 0) throw new UsageError("colonies is empty; name a colony, or leave it out and write its settings at the top");
	const plans = (colonies ?? [{}]).map((own, i) => planOf({ ...defaults, ...own }, colonies ? `colonies[${i}]` : undefined));
	if (plans.flatMap(({ sources }) => sources.filter(({ stdin }) => stdin)).length > 1)
		throw new UsageError("standard input can be read once: either as frames or as a log, for one colony");
	const identities = new Set<string>();
	for (const { to, cluster, name, title } of plans) {
		const key = JSON.stringify([to, cluster, name]);
		if (identities.has(key))
			throw new UsageError(`two colonies push to "${title}" under the bridge name "${name}"; give one of them another name`);
		identities.add(key);
	}
	return plans;
}

/** Notices of the sources, for standard error before they begin. */
export const noticesOf = ({ sources }: BridgePlan): string[] => sources.flatMap(({ notice }) => notice?.() ?? []);

function planOf(settings: ColonySettings, place: string | undefined): BridgePlan {
	const { to, cluster, tokenFile, interval = "5s" } = settings;
	const where = place ? `${place}: ` : "";
	if (to === undefined) throw new UsageError(`${where}no dashboard to push to; write --to URL, its address`);
	withoutSecret(to, `${where}to`, "tokenFile instead");
	try {
		bridgeAddresses({ url: to, ...(cluster !== undefined && { cluster }) });
	} catch (error) {
		throw new UsageError(`${where}${wordsOf(error)}`);
	}
	const name = settings.name ?? `${cluster ?? "colony"}@${hostname()}`;
	const intervalMs = intervalOf(interval, where);
	const sources = SOURCES.flatMap((source) => source.plan(settings, { where, intervalMs }));
	if (sources.length === 0) {
		const usages = SOURCES.map(({ usage }) => usage);
		throw new UsageError(`${where}nothing to read; write ${usages.slice(0, -1).join(", ")} or ${usages.at(-1)}`);
	}
	return {
		title: cluster ?? name,
		to,
		cluster,
		tokenFile,
		name,
		named: settings.name !== undefined,
		intervalMs,
		sources,
		spool: spoolOf(settings.spool, [to, cluster, name]),
	};
}

function intervalOf(text: string, where: string): number {
	const [, value, unit = ""] = /^([\d.]+)(ms|s|m)$/.exec(text) ?? [];
	const ms = Math.round(Number(value) * (UNITS[unit] ?? Number.NaN));
	if (ms >= 100 && ms <= 3_600_000) return ms;
	throw new UsageError(`${where}invalid interval "${text}"; write from 100ms to 60m`);
}
