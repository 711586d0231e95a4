/** The bridges' door: whether it takes the token, and whether a WebSocket gets through to it. Nothing says hello, so nothing is changed. */
import { WebSocket } from "ws";
import { authorization, bridgeAddresses, problemKind, refusal, stranger, unreachable } from "../../../colony-bridge/bridge/endpoint.ts";
import { PING, PONG } from "../../../colony-bridge/protocol/query/view.ts";
import { type Asker, proxyNamed } from "./asking.ts";
import { type Check, fault, ok, warning } from "./check.ts";

interface Door {
	url: string;
	cluster?: string;
	/** Absent: the viewers' socket is tried, which the same proxies pass on. */
	token?: string;
}

/** Checks of token and WebSocket. */
export async function doorChecks(asker: Asker, door: Door): Promise<Check[]> {
	const { url, cluster, token } = door;
	const { http, socket } = bridgeAddresses({ url, ...(cluster !== undefined && { cluster }) });
	const tokenFound = await tokenCheck(asker, http, token);
	if (tokenFound.status === "fault") return [tokenFound];
	if (token === undefined) socket.pathname = socket.pathname.replace(/\/bridge$/, "/live");
	return [tokenFound, socketCheck(await tryUpgrade(socket, token), token !== undefined)];
}

/** Asked without an upgrade, the door says that it is a WebSocket to those alone whom it would let in. */
async function tokenCheck(asker: Asker, address: URL, token: string | undefined): Promise<Check> {
	const name = "token";
	try {
		const { status, statusText, headers, body } = await asker.ask(address, authorization(token));
		const words = refusal(body);
		if (problemKind(body) === "upgrade") return ok(name, "the dashboard takes the token");
		if (token === undefined && status === 401 && words)
			return ok(name, "bridges need a token, as they should; --token-file FILE tries yours");
		if (status === 401 || status === 403) {
			const who = words ? "the dashboard" : proxyNamed(headers);
			const advice = words ? "compare the file with the dashboard's setting" : "let the header Authorization pass to the dashboard";
			return fault(name, `${who} refuses the token: ${words || status}`, advice);
		}
		return fault(name, words || stranger(address, status, statusText), "let the proxy pass /api/bridge on to the dashboard");
	} catch (error) {
		return fault(name, unreachable(address, error), "look into the dashboard's log");
	}
}

/** The end of a try: an answer in place of the upgrade, or a socket. */
type Tried =
	| { opened: true; roundTripMs?: number }
	| { opened: false; status: number; statusText: string; kind: unknown; words: string; who: string }
	| { opened: false; broken: string };

const HANDSHAKE_MS = 10_000;
/** A text that the cluster's socket answers without waking. */
const ECHO_MS = 5_000;
const MOST_CHARS = 16_000;

function tryUpgrade(address: URL, token: string | undefined): Promise<Tried> {
	const socket = new WebSocket(address, { headers: authorization(token), handshakeTimeout: HANDSHAKE_MS, perMessageDeflate: false });
	const tried = new Promise<Tried>((resolve) => {
		let echo: NodeJS.Timeout | undefined;
		socket.on("open", () => {
			const asked = performance.now();
			echo = setTimeout(() => resolve({ opened: true }), ECHO_MS);
			socket.on("message", (data) => {
				if (data.toString() === PONG) resolve({ opened: true, roundTripMs: performance.now() - asked });
			});
			socket.send(PING);
		});
		socket.on("unexpected-response", (_request, answer) => {
			let body = "";
			answer.setEncoding("utf8").on("data", (chunk: string) => {
				if (body.length < MOST_CHARS) body += chunk;
			});
			const { statusCode: status = 0, statusMessage: statusText = "", headers } = answer;
			answer.on("close", () =>
				resolve({ opened: false, status, statusText, kind: problemKind(body), words: refusal(body), who: proxyNamed(headers) }),
			);
		});
		socket.on("error", (error) => resolve({ opened: false, broken: unreachable(address, error) }));
		// After an answer in time it changes nothing.
		socket.on("close", () => {
			clearTimeout(echo);
			resolve({ opened: true });
		});
	});
	return tried.finally(() => {
		socket.on("error", () => {});
		socket.close(1000);
		setTimeout(() => socket.terminate(), 1_000).unref();
	});
}

const PASS_ON =
	"let it pass the headers Upgrade and Connection over HTTP/1.1 (nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade)";
const WITHOUT = "pages ask again and again, and bridges push by POST";

function socketCheck(tried: Tried, hasToken: boolean): Check {
	const name = "websocket";
	if (tried.opened && tried.roundTripMs !== undefined) return ok(name, `opens, and answers in ${Math.round(tried.roundTripMs)} ms`);
	if (tried.opened) {
		return warning(
			name,
			`opens, but no message comes back within ${ECHO_MS / 1000} s: a proxy holds them`,
			"turn its buffering off for WebSockets",
		);
	}
	if ("broken" in tried)
		return warning(name, `does not open (${tried.broken}): ${WITHOUT}`, `see whether a proxy is in between, and ${PASS_ON}`);
	const { kind, words, who, status, statusText } = tried;
	if (kind === "upgrade") return warning(name, `${who} drops the header Upgrade: ${WITHOUT}`, PASS_ON);
	if (!hasToken && (status === 401 || status === 403) && words) {
		return ok(name, "not tried: without a token only those who sign in get one; write --token-file FILE");
	}
	// The viewers' door looks for the upgrade first: whatever it refuses after that had come through.
	if (!hasToken && status === 404 && typeof kind === "string") return ok(name, "the request for one comes through");
	if (typeof kind === "string") return warning(name, `the dashboard opens none: ${words}`, "do as it says, and try again");
	return warning(name, `${who} answers ${status} ${statusText} in place of an upgrade: ${WITHOUT}`, PASS_ON);
}
