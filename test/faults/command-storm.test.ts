import { expect, test } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import type { Colony } from "../../colony-bridge/colony.ts";
import type { CommandAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { CutWire } from "./cut-wire.ts";

const COMMANDS = 1000;
const CUTS = 50;
const TOKEN = "storm";
const AT_ONCE = 20;

/** A colony that takes its time, and fails at every tenth worker. */
class SlowColony implements Colony {
	readonly name = "storm";
	readonly times = new Map<string, number>();

	snapshot() {
		return { workers: Array.from({ length: COMMANDS }, (_, i) => ({ id: `worker-${i}`, status: "idle" as const })) };
	}
	async restartWorker(id: string): Promise<string> {
		this.times.set(id, (this.times.get(id) ?? 0) + 1);
		await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
		if (id.endsWith("7")) throw new Error(`${id} does not stop`);
		return `${id} is back`;
	}
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
	const deadline = performance.now() + 120_000;
	while (!(await condition())) {
		if (performance.now() > deadline) throw new Error(`waited in vain for: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

test(`D7: ${COMMANDS} commands while the link is cut ${CUTS} times, each carried out once at most, each with a true result`, async () => {
	const server = new DashboardServer({ bridgeToken: TOKEN });
	await server.start({ host: "127.0.0.1", port: 0 });
	const wire = await CutWire.to(server.url);
	const colony = new SlowColony();
	const bridge = new Bridge({ colony, to: { url: wire.url, token: TOKEN }, name: "storm", intervalMs: 500, onError: () => {} });
	bridge.start();
	try {
		await until(
			async () => (await fetch(`${server.url}/api/workers?limit=1`)).headers.get("total-count") === String(COMMANDS),
			"the workers",
		);
		let cuts = 0;
		let over = false;
		const cutting = (async () => {
			while (cuts < CUTS) {
				await until(() => bridge.stats.connected, "the bridge to come back");
				await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
				if (wire.cut()) cuts++;
			}
			over = true;
		})();
		const ids = new Map<string, string>();
		let next = 0;
		const ordering = Array.from({ length: AT_ONCE }, async () => {
			for (let i = next++; i < COMMANDS; i = next++) {
				// A few at a time, so that all cuts fall among them.
				await until(() => over || i < ((cuts + 1) / CUTS) * COMMANDS, "the next cut");
				const response = await fetch(`${server.url}/api/workers/worker-${i}/restart`, {
					method: "POST",
					headers: { "idempotency-key": `storm-${i}` },
				});
				const answer = (await response.json()) as CommandAnswer;
				expect(response.status, JSON.stringify(answer)).toBe(202);
				ids.set(answer.id, `worker-${i}`);
			}
		});
		await Promise.all([cutting, ...ordering]);
		expect(ids.size).toBe(COMMANDS);
		const ends: Record<string, number> = {};
		for (const [id, worker] of ids) {
			const end = (await (await fetch(`${server.url}/api/commands/${id}?wait=30s`)).json()) as CommandAnswer;
			ends[end.state] = (ends[end.state] ?? 0) + 1;
			// The bridge lived through it all, so it could always tell.
			expect([end.worker, end.state, end.message]).toEqual(
				worker.endsWith("7") ? [worker, "failed", `${worker} does not stop`] : [worker, "done", `${worker} is back`],
			);
			expect(colony.times.get(worker), worker).toBe(1);
		}
		expect(ends).toEqual({ done: COMMANDS * 0.9, failed: COMMANDS * 0.1 });
		expect(bridge.stats.reconnects).toBeGreaterThanOrEqual(CUTS);
	} finally {
		await bridge.stop();
		await wire.close();
		await server.stop();
	}
});
