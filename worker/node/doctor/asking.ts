/** Requests to the dashboard as they are on the wire: nothing is followed, nothing unpacked, no header added that was not asked for. */
import * as http from "node:http";
import * as https from "node:https";
import { bridgeAddresses } from "../../../colony-bridge/bridge/endpoint.ts";

export interface Answer {
	status: number;
	statusText: string;
	headers: http.IncomingHttpHeaders;
	body: string;
	/** This machine's clock when the request went and when the answer's headers had come, ms since 1970. */
	sentAt: number;
	answeredAt: number;
}

const ANSWER_MS = 10_000;
const MOST_CHARS = 64_000;

/** Asks over one connection, which is kept: only the first answer includes the handshakes. */
export class Asker {
	/** The dashboard's address without a path of ours, and without a slash at its end. */
	readonly base: URL;
	readonly #agent: http.Agent;

	/** @throws TypeError where the address is none. */
	constructor(url: string) {
		this.base = new URL(bridgeAddresses({ url }).http);
		this.base.pathname = this.base.pathname.replace(/\/api\/bridge$/, "");
		const kept = { keepAlive: true, maxSockets: 1 };
		this.#agent = this.base.protocol === "https:" ? new https.Agent(kept) : new http.Agent(kept);
	}

	at(path: string): URL {
		return new URL(this.base.pathname.replace(/\/$/, "") + path, this.base);
	}

	/** @throws what the network says, or that there was no answer in time. */
	async ask(address: URL, headers: Record<string, string> = {}): Promise<Answer> {
		const { request } = address.protocol === "https:" ? https : http;
		const signal = AbortSignal.timeout(ANSWER_MS);
		try {
			return await new Promise((resolve, reject) => {
				const sentAt = Date.now();
				const asked = request(address, { agent: this.#agent, headers, signal }, (answer) => {
					const answeredAt = Date.now();
					let body = "";
					const end = () =>
						resolve({
							status: answer.statusCode ?? 0,
							statusText: answer.statusMessage ?? "",
							headers: answer.headers,
							body,
							sentAt,
							answeredAt,
						});
					answer.setEncoding("utf8");
					answer.on("data", (chunk: string) => {
						body += chunk;
						if (body.length < MOST_CHARS) return;
						end();
						asked.destroy();
					});
					answer.on("end", end).on("error", reject);
				});
				asked.on("error", reject).end();
			});
		} catch (error) {
			throw signal.aborted ? new Error("timeout") : error;
		}
	}

	close(): void {
		this.#agent.destroy();
	}
}

/** The server between here and the dashboard, by the name it gives itself: the dashboard gives none. */
export function proxyNamed({ server, via, ...headers }: http.IncomingHttpHeaders): string {
	const names = [server, via, headers["cf-ray"] === undefined ? undefined : "cloudflare"].filter((name) => name !== undefined);
	return names.length > 0 ? `the proxy in between (${[...new Set(names)].join(", ").slice(0, 100)})` : "a proxy in between";
}
