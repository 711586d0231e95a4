/**
 * Many viewers, in a process of their own: `URL COUNT QUERIES`. They connect as pages do, and again after a drop. Says `open` once each has its
 * snapshot; asked `round`, says when the first and the last of them had the next change; asked `back`, when each has a snapshot after a drop. With
 * the queries `bare` they listen to a bare object.
 */
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { backoff } from "../../../web/live/connection.ts";

export interface Round {
	/** ms since 1970. */
	first: number;
	last: number;
	/** Characters of the last one's change. */
	chars: number;
}
export interface Back {
	last: number;
}

const [url = "", count = "1", queries = ""] = process.argv.slice(2);
const COUNT = Number(count);
const BARE = queries === "bare";
/** At once while they connect for the first time. */
const ABREAST = 50;
const PROBE = '{"type":"probe","id":"';
const SNAPSHOT = '{"type":"snapshot"';
const now = () => performance.timeOrigin + performance.now();

let round: (Round & { left: Set<number> }) | undefined;
let back: Set<number> | undefined;

function connect(index: number, failures = 0): Promise<void> {
	return new Promise((resolve) => {
		const socket = new WebSocket(url, {
			perMessageDeflate: false,
			headers: { "cf-connecting-ip": `10.${index >> 14}.${(index >> 7) & 127}.${index & 127}` },
		});
		socket.on("open", () => {
			if (BARE) resolve();
			else socket.send(JSON.stringify({ type: "watch", queries: JSON.parse(queries) }));
		});
		socket.on("message", (data: Buffer) => {
			const head = data.toString("latin1", 0, 40);
			if (head.startsWith(PROBE)) {
				socket.send(JSON.stringify({ type: "ack", probe: JSON.parse(String(data)).id }));
				return;
			}
			if (head.startsWith(SNAPSHOT)) {
				failures = 0;
				resolve();
				if (back?.delete(index) && back.size === 0) process.send?.({ last: now() } satisfies Back);
				return;
			}
			if (!round?.left.delete(index)) return;
			const at = now();
			round.first ||= at;
			if (round.left.size > 0) return;
			const { first } = round;
			round = undefined;
			process.send?.({ first, last: at, chars: data.length } satisfies Round);
		});
		socket.on("error", () => {});
		socket.on("close", () => setTimeout(() => void connect(index, failures + 1).then(resolve), backoff(failures + 1)));
	});
}

process.on("message", (asked) => {
	const all = new Set(Array.from({ length: COUNT }, (_, index) => index));
	if (asked === "back") back = all;
	else round = { first: 0, last: 0, chars: 0, left: all };
});

let next = 0;
await Promise.all(
	Array.from({ length: Math.min(ABREAST, COUNT) }, async () => {
		while (next < COUNT) await connect(next++);
	}),
);
await pause(100);
process.send?.("open");
