/** What is tried. Each goes on until it is told to stop, and says how often it was answered and refused. */
import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { PROTOCOL_VERSION } from "../../../colony-bridge/protocol/wire/version.ts";
import { RawBridge } from "../../wire/raw-bridge.ts";
import { type Colony, ELSEWHERE } from "./colony.ts";

type Told = Record<string, number>;
type Attack = (colony: Colony, signal: AbortSignal) => Promise<Told>;

/** Quantiles of all series, each query another. */
const quantiles = (count: number, salt: number) =>
	Array.from({ length: count }, (_, n) => ({
		kind: "metrics",
		selectors: ["request_seconds"],
		range: `${30 + ((salt * count + n) % 30)}m`,
		points: 50 + ((salt * count + n) % 200),
		aggregation: "p99",
	}));

export const ATTACKS: Record<string, Attack> = {
	/** Sockets of both kinds that never say what they are there for, as many as one address may have, and again where they are closed. The first: after a flood the address may open few. */
	"sockets that say nothing": async ({ url }, signal) => {
		const told = { opened: 0, refused: 0, closed: 0 };
		const sockets = new Set<WebSocket>();
		for (let n = 0; !signal.aborted; n++) {
			try {
				const socket = await opened(url, n % 2 === 0 ? "/api/live" : "/api/bridge");
				told.opened++;
				sockets.add(socket);
				socket.on("close", () => {
					sockets.delete(socket);
					if (!signal.aborted) told.closed++;
				});
			} catch {
				told.refused++;
				await pause(20);
			}
		}
		for (const socket of sockets) socket.terminate();
		return told;
	},

	/** Sixty viewers that watch what is most work, and something else four times a second. */
	"a flood of watches": async ({ url }, signal) => {
		const told = { answered: 0, refused: 0, closed: 0 };
		const sockets = await Promise.all(Array.from({ length: 60 }, () => opened(url)));
		for (const [n, socket] of sockets.entries()) {
			socket.on("message", (data) => {
				const text = String(data);
				const probe = /^\{"type":"probe","id":"(\w+)"/.exec(text);
				if (probe) socket.send(JSON.stringify({ type: "ack", probe: probe[1] }));
				else told[text.includes('"refused"') || text.startsWith('{"type":"error"') ? "refused" : "answered"]++;
			});
			socket.on("close", () => void (signal.aborted || told.closed++));
			socket.on("error", () => {});
			void (async () => {
				for (let watch = 0; !signal.aborted && socket.readyState === WebSocket.OPEN; watch++) {
					socket.send(JSON.stringify({ type: "watch", queries: quantiles(30, n + watch * 60) }));
					await pause(250);
				}
			})();
		}
		await aborted(signal);
		for (const socket of sockets) socket.terminate();
		return told;
	},

	/** The view of 7.5 kB that froze all for 45 s, and beside it the heaviest that is allowed, by four who ask without pause. */
	"the heaviest view": async ({ url }, signal) => {
		const told = { answered: 0, refused: 0 };
		const ask = async (salt: number) => {
			while (!signal.aborted) {
				const queries = quantiles(salt % 2 === 0 ? 30 : 1, salt);
				const status = await got(`${url}/api/view?queries=${encodeURIComponent(JSON.stringify(queries))}`, signal);
				told[status === 200 ? "answered" : "refused"]++;
				if (status === 429) await pause(200);
			}
		};
		await Promise.all([0, 1, 2, 3].map(ask));
		return told;
	},

	/** Thirty viewers that ask and ask and read nothing. */
	"slow readers": async ({ url }, signal) => {
		const told = { closed: 0 };
		const sockets = await Promise.all(Array.from({ length: 30 }, () => opened(url)));
		for (const [n, socket] of sockets.entries()) {
			socket.on("close", () => void (signal.aborted || told.closed++));
			socket.on("error", () => {});
			socket.pause();
			void (async () => {
				for (let watch = 0; !signal.aborted && socket.readyState === WebSocket.OPEN; watch++) {
					const queries = [{ kind: "series", limit: 500, offset: (n + watch) % 4000 }];
					socket.send(JSON.stringify({ type: "watch", queries }));
					await pause(30);
				}
			})();
		}
		await aborted(signal);
		for (const socket of sockets) socket.terminate();
		return told;
	},

	/** A bridge whose series are new with every push, 500 at once, with as many labels as are allowed. */
	"a label bomb": async ({ url }, signal) => {
		const told = { pushes: 0, refused: 0 };
		const bridge = await RawBridge.connect(url, "bench", { bridge: "bomb", intervalMs: 1000 });
		const labels = Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`label_${n}`, "x".repeat(20)]));
		let seq = 0;
		while (!signal.aborted) {
			const ids = Array.from({ length: 500 }, (_, n) => seq * 500 + n);
			bridge.push(
				{
					type: "series",
					seq: ++seq,
					series: ids.map((id) => ({ id, name: "bomb", labels: { ...labels, id: `${id}` }, type: "gauge" as const })),
				},
				{ type: "tick", seq: ++seq, at: Date.now(), ids, values: ids.map(() => 1) },
			);
			try {
				await bridge.acknowledge(seq);
				told.pushes++;
			} catch {
				told.refused++;
			}
			await pause(50);
		}
		await bridge.close();
		return told;
	},

	/**
	 * Twenty links that say hello and nothing else, as fast as they can, each time as another run, and come back where they are closed. It is the
	 * last: the address may open few links for some seconds after.
	 */
	"a flood of hellos": async ({ url }, signal) => {
		const told = { hellos: 0, closed: 0, refused: 0 };
		await Promise.all(
			Array.from({ length: 20 }, async (_, n) => {
				while (!signal.aborted) {
					const socket = await opened(url, "/api/bridge").catch(() => undefined);
					if (!socket) {
						told.refused++;
						await pause(50);
						continue;
					}
					const closed = once(socket, "close");
					while (!signal.aborted && socket.readyState === WebSocket.OPEN) {
						for (let i = 0; i < 20; i++) socket.send(helloOf(`flood-${n}`));
						told.hellos += 20;
						await pause(5);
					}
					socket.terminate();
					await closed;
					if (!signal.aborted) told.closed++;
				}
			}),
		);
		return told;
	},
};

const helloOf = (bridge: string): string =>
	JSON.stringify({ type: "hello", protocol: PROTOCOL_VERSION, bridge, epoch: 0, colony: "flood", capabilities: [], intervalMs: 60_000 });

function opened(url: string, path: "/api/live" | "/api/bridge" = "/api/live"): Promise<WebSocket> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(url.replace(/^http/, "ws") + path, {
			perMessageDeflate: false,
			localAddress: ELSEWHERE,
			headers: { authorization: "Bearer bench" },
		});
		socket.on("error", () => {});
		socket.once("open", () => resolve(socket));
		socket.once("error", reject);
	});
}

/** @returns the status; 0 where it came to nothing */
function got(url: string, signal: AbortSignal): Promise<number> {
	return new Promise((resolve) => {
		const asked = request(url, { localAddress: ELSEWHERE, signal }, (response) => {
			response.resume();
			response.once("close", () => resolve(response.statusCode ?? 0));
		});
		asked.once("error", () => resolve(0));
		asked.end();
	});
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
