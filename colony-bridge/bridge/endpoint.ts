/** Derives the address of a cluster's bridge socket from a configured URL. */
import * as v from "valibot";
import { ClusterName } from "../protocol/wire/names.ts";
import { describeIssues } from "../protocol/wire/problem.ts";

export interface Endpoint {
	/** The dashboard's address, e.g. `https://hive.example.com` or `ws://localhost:8080`; a path is kept as prefix. */
	url: string;
	/** Absent: the dashboard's default cluster. */
	cluster?: string;
	/** The dashboard's `BRIDGE_TOKEN`. Absent if it requires none. */
	token?: string;
}

const SCHEMES: Record<string, { socket: string; http: string }> = {
	"http:": { socket: "ws:", http: "http:" },
	"ws:": { socket: "ws:", http: "http:" },
	"https:": { socket: "wss:", http: "https:" },
	"wss:": { socket: "wss:", http: "https:" },
};

/** @throws if the address or the cluster's name is invalid; the message says how to write it. */
export function bridgeAddresses({ url, cluster }: Endpoint): { socket: URL; http: URL } {
	const base = URL.canParse(url) ? new URL(url) : undefined;
	const schemes = base && SCHEMES[base.protocol];
	if (!base || !schemes) {
		throw new TypeError(
			`invalid dashboard URL "${withoutSecrets(url)}"; write it as https://dashboard.example.com or http://localhost:8080`,
		);
	}
	if (cluster !== undefined) {
		const name = v.safeParse(ClusterName, cluster);
		if (!name.success) throw new TypeError(`invalid cluster name "${cluster}": ${describeIssues(name.issues)}`);
	}
	const path = `${base.pathname.replace(/\/+$/, "")}${cluster === undefined ? "" : `/clusters/${cluster}`}/api/bridge`;
	const at = (scheme: string) => new URL(`${scheme}//${base.host}${path}`);
	return { socket: at(schemes.socket), http: at(schemes.http) };
}

/** The token as a header. @throws if it cannot be one; the message does not quote it. */
export function authorization(token: string | undefined): Record<string, string> {
	if (token === undefined) return {};
	if (!/^[\x21-\x7e]+$/.test(token)) {
		throw new TypeError("invalid bridge token: it must be visible ASCII characters without spaces; look for a stray newline");
	}
	return { authorization: `Bearer ${token}` };
}

/** A password may hold anything. */
function withoutSecrets(url: string): string {
	return String(url).replace(/\/\/.*@/s, "//");
}
