/** A server that answers as a test says, and what a real HiveFrame colony once answered. */
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { ColonySnapshot, Metric } from "../../colony-bridge/colony.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import { ROOT } from "./house-imports.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

/** Closed behind the test. @returns its address without a path. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
	const server = createServer(answer);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	closing.push(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs behind the test. */
export function afterwards(close: () => Promise<void> | void): void {
	closing.push(async () => close());
}

const CAPTURED = join(ROOT, "../shared/hiveframe");
/** Captured from HiveFrame itself; without the folder the tests that read it are skipped. */
export const captured = existsSync(CAPTURED);
if (!captured) console.warn(`${CAPTURED} is not there: tests against what HiveFrame itself answered are skipped`);

export function capture(file: string): string {
	return readFileSync(join(CAPTURED, file), "utf8");
}

/** The numbers of a snapshot by identity: `up{instance="a:1"}`. */
export function values(snapshot: ColonySnapshot): Record<string, number> {
	return Object.fromEntries((snapshot.metrics ?? []).map(({ name, labels, value }: Metric) => [seriesKey(name, labels), value]));
}
