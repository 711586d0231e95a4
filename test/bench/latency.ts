/**
 * From a push to its arrival at a viewer, on the Node host, and the same bytes through a bare `ws` server in between: alternating, in one run.
 * Each server has a process of its own; both clients are here.
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import type { ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { steadySeries, steadyState, steadyTick } from "../wire/steady-frames.ts";
import { endProgram, startProgram } from "./harness/child.ts";
import { type Figure, quantile } from "./harness/figure.ts";
import type { Serving } from "./programs/serve.ts";

const SERIES = 65;
const WARM_UP = 50;
const PUSHES = 500;
/** ms between pushes: what comes faster than 20 times a second is sent to viewers together. */
const APART_MS = 60;

async function open(url: string): Promise<WebSocket> {
	const socket = new WebSocket(url.replace(/^http/, "ws"), { perMessageDeflate: false });
	await once(socket, "open");
	return socket;
}

/** ms from `send` to the next message at `viewer`. */
async function trip(viewer: WebSocket, send: () => void): Promise<number> {
	const arrived = once(viewer, "message");
	const sent = performance.now();
	send();
	await arrived;
	return performance.now() - sent;
}

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	const dashboard = await startProgram<Serving>("serve", "dashboard");
	const echo = await startProgram<Serving>("serve", "echo");
	try {
		const base = dashboard.report.url.replace(/\/$/, "");
		const bridge = await RawBridge.connect(base, "bench", { intervalMs: 1000 });
		bridge.push(steadySeries(SERIES, 1), steadyState(10, 2, Date.now()));
		await bridge.acknowledge(2);

		const viewer = await open(`${base}/api/live`);
		// A viewer says what it has read, or the cluster lets it go.
		viewer.on("message", (data) => {
			const message = JSON.parse(String(data)) as ToViewer;
			if (message.type === "probe") viewer.send(JSON.stringify({ type: "ack", probe: message.id }));
		});
		const snapshot = once(viewer, "message");
		viewer.send(JSON.stringify({ type: "watch", queries: [{ kind: "cluster" }, { kind: "workers" }] }));
		await snapshot;

		const echoSender = await open(echo.report.url);
		const echoViewer = await open(echo.report.url);

		const ours: number[] = [];
		const theirs: number[] = [];
		for (let i = 0; i < WARM_UP + PUSHES; i++) {
			const frames: UpFrame[] = [steadyTick(SERIES, 3 + 2 * i, Date.now()), steadyState(10, 4 + 2 * i, Date.now())];
			const text = frames.map((frame) => JSON.stringify(frame)).join("\n");
			const own = await trip(viewer, () => bridge.push(...frames));
			await bridge.acknowledge(4 + 2 * i);
			const other = await trip(echoViewer, () => echoSender.send(text));
			await pause(APART_MS);
			if (i < WARM_UP) continue;
			ours.push(own);
			theirs.push(other);
		}
		for (const [name, share] of [
			["p50", 0.5],
			["p99", 0.99],
		] as const) {
			yield {
				name: `push to viewer ${name}`,
				value: quantile(ours, share),
				unit: "ms",
				reference: { name: "bare ws echo", value: quantile(theirs, share) },
			};
		}
		for (const socket of [viewer, echoSender, echoViewer]) socket.terminate();
		await bridge.close();
	} finally {
		await endProgram(dashboard.child);
		await endProgram(echo.child);
	}
}
