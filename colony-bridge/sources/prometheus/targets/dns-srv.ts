/** Targets that DNS names: `dns+srv://_metrics._tcp.example.com/metrics`, https with `?scheme=https`. */
import { Resolver } from "node:dns/promises";
import type { Access } from "../../access.ts";
import { DiscoveredTargets, instanceOf, type Target, type TargetList } from "./target.ts";

interface SrvRecord {
	name: string;
	port: number;
}

export interface SrvOptions extends Access {
	job: string;
	/** Default: the machine's own name servers. */
	resolve?: (name: string) => Promise<SrvRecord[]>;
	refreshMs?: number;
}

export function srvTargets(url: URL, { job, resolve, refreshMs, ...access }: SrvOptions): TargetList {
	const ask = resolve ?? ((name: string) => new Resolver({ timeout: 2_000, tries: 2 }).resolveSrv(name));
	const scheme = url.searchParams.get("scheme") ?? "http";
	if (scheme !== "http" && scheme !== "https") throw new TypeError(`invalid scheme "${scheme}" in ${url.href}; write http or https`);
	const path = url.pathname === "" || url.pathname === "/" ? "/metrics" : url.pathname;
	const discover = async (): Promise<Target[]> => {
		const records = await ask(url.hostname).catch((error: NodeJS.ErrnoException): SrvRecord[] => {
			// The name is there and has no records: that is an answer.
			if (error.code === "ENODATA") return [];
			throw error;
		});
		return records.map(({ name, port }) => {
			const at = new URL(`${scheme}://${name.replace(/\.$/, "")}:${port}${path}`);
			return { url: at.href, instance: instanceOf(at), job, ...access };
		});
	};
	return new DiscoveredTargets(`dns ${url.hostname}`, discover, refreshMs);
}
