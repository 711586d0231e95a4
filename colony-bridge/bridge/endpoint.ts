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

/** Explains why a dashboard cannot be reached; errors of the network, TLS and HTTP seldom do. */
const REFUSED_CERTIFICATE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/;

/** @param error of the failed connection. */
export function unreachable({ host, protocol }: URL, error: unknown): string {
	const { code = "", message = "" } = causeOf(error);
	const secure = protocol === "https:" || protocol === "wss:";
	if (code === "ECONNREFUSED") return `nothing listens at ${host}`;
	if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `there is no host ${host}`;
	if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return `there is no way to ${host}`;
	if (code === "ETIMEDOUT" || /timed? ?out|timeout/i.test(message)) return `${host} does not answer`;
	if (REFUSED_CERTIFICATE.test(code)) {
		return `the certificate of ${host} is not trusted (${code}); NODE_EXTRA_CA_CERTS names a file with that of its authority`;
	}
	if (secure && (code === "EPROTO" || /SSL|TLS/.test(`${code} ${message}`))) return `${host} speaks no TLS; write http:// in its address`;
	if (message === "bad port")
		return `no HTTP client goes to the port of ${host}, which is another protocol's; let the dashboard listen at another`;
	if (code.startsWith("HPE_")) return `${host} speaks no HTTP; is this the dashboard's address?`;
	if (code === "ECONNRESET" || code === "UND_ERR_SOCKET" || message === "socket hang up") {
		return `${host} ends the connection${secure ? "" : "; does it speak https?"}`;
	}
	return message || code || "the connection failed";
}

/** The answer did not come from a dashboard. */
export function stranger({ host }: URL, status: number, statusText = ""): string {
	return `another server is at ${host}: it answers ${status}${statusText && ` ${statusText}`}; check the address`;
}

/** The innermost cause: `fetch failed` and an AggregateError name none. */
function causeOf(error: unknown): NodeJS.ErrnoException {
	if (!(error instanceof Error)) return new Error(String(error));
	const inner = error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
	return inner instanceof Error ? causeOf(inner) : error;
}

/** `detail` of a problem document (RFC 9457); empty if the body is none. */
export function refusal(body: string): string {
	try {
		const { detail } = JSON.parse(body) as { detail?: unknown };
		return typeof detail === "string" ? detail.slice(0, 500) : "";
	} catch {
		return "";
	}
}

/** Kind of the problem document, if the body is one. */
export function problemKind(body: string): unknown {
	try {
		return (JSON.parse(body) as { kind?: unknown }).kind;
	} catch {
		return undefined;
	}
}
