/** The connection to the address: TCP, and the certificate behind `https`. */
import { connect as connectPlain, isIP } from "node:net";
import { connect as connectSecure, type TLSSocket } from "node:tls";
import { unreachable } from "../../../colony-bridge/bridge/endpoint.ts";
import { counted } from "../../../colony-bridge/protocol/values/text.ts";
import { isLocal } from "../http/reach.ts";
import { type Check, fault, ok, warning } from "./check.ts";

const CONNECT_MS = 10_000;
const DAY_MS = 86_400_000;
/** Those who renew by themselves do it a month before. */
const FEW_DAYS = 14;

/** Checks of the connection. After a fault nothing else can be asked. */
export async function connectionChecks(address: URL): Promise<Check[]> {
	const secure = address.protocol === "https:";
	const began = performance.now();
	let socket: ReturnType<typeof connectPlain> | undefined;
	try {
		socket = await connected(address, secure);
		const reached = ok("address", `${address.host} is reached in ${Math.round(performance.now() - began)} ms`);
		return [reached, secure ? certificateCheck(address, socket as TLSSocket) : plainCheck(address)];
	} catch (error) {
		return [fault("address", unreachable(address, error), "check the address, the network and that the dashboard runs")];
	} finally {
		socket?.destroy();
	}
}

function connected(address: URL, secure: boolean): Promise<ReturnType<typeof connectPlain>> {
	const host = address.hostname.replace(/^\[|\]$/g, "");
	const port = Number(address.port || (secure ? 443 : 80));
	return new Promise((resolve, reject) => {
		// A certificate that is not trusted is looked at, too; nothing is sent over this connection.
		const socket = secure
			? connectSecure({ host, port, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) })
			: connectPlain({ host, port });
		socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error("timeout")));
		socket.once(secure ? "secureConnect" : "connect", () => resolve(socket));
		socket.on("error", reject);
	});
}

function certificateCheck(address: URL, socket: TLSSocket): Check {
	const name = "certificate";
	const until = Date.parse(socket.getPeerCertificate().valid_to);
	const days = Math.floor((until - Date.now()) / DAY_MS);
	if (days < 0) return fault(name, `the certificate of ${address.host} has expired ${counted(-days, "day")} ago`, "renew it");
	if (!socket.authorized) {
		const code = String(socket.authorizationError ?? "UNABLE_TO_VERIFY");
		return fault(name, unreachable(address, Object.assign(new Error(code), { code })), "bridges refuse it as well");
	}
	const left = Number.isFinite(days) ? `${counted(days, "day")} left` : "without an end";
	const says = `the certificate of ${address.host} is trusted, ${left}`;
	if (days < FEW_DAYS) return warning(name, says, "renew it, and see why it was not renewed by itself");
	return ok(name, says);
}

function plainCheck({ hostname, host }: URL): Check {
	const name = "certificate";
	if (isNear(hostname)) return ok(name, `${host} is asked without TLS, in a network of one's own`);
	return warning(name, `${host} is asked without TLS: whoever is on the way reads the token`, "put TLS before it, and write https://");
}

/** This machine or a private network: loopback, RFC 1918, unique local addresses, names that the public DNS does not have. */
function isNear(hostname: string): boolean {
	const host = hostname.replace(/^\[|\]$/g, "");
	if (isLocal(host) || isIP(host) === 0) return isLocal(host) || !host.includes(".") || /\.(local|internal|localhost|test)$/.test(host);
	return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe80:)/i.test(host);
}
