/** A log that is read on after its reader was away: no line is missing, none is there twice, whatever was done to the file meanwhile. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, copyFile, mkdtemp, rename, rm, truncate, unlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LogsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { LogSource } from "../../colony-bridge/sources/logs/log-source.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { ROOT } from "./house-imports.ts";
import { until } from "./until.ts";

let folder: string;
let path: string;
let ends: (() => unknown)[];
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "hive-position-"));
	path = join(folder, "colony.log");
	ends = [];
});
afterEach(async () => {
	for (const end of ends.reverse()) await end();
	await rm(folder, { recursive: true });
});

/** Longer than what a file is known by. */
const line = (n: number) =>
	`[2026-11-23 21:06:31] INFO  queen: line ${n} of many, each a little longer than the one before${"!".repeat(n)}\n`;
const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line(from + i)).join("");
const numbers = (messages: string[]) => messages.map((message) => Number(/line (\d+)/.exec(message)?.[1] ?? Number.NaN));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** Reads until it has `count` messages. @returns them, and where it stands. */
async function read(count: number, position?: unknown): Promise<{ said: string[]; position: unknown }> {
	const source = new LogSource(path, { fromStart: true, pollMs: 5 });
	const said: string[] = [];
	if (position !== undefined) source.resume(JSON.parse(JSON.stringify(position)));
	source.start((event) => said.push((event as { message: string }).message));
	await until(() => said.length >= count && source.read().checks?.[0]?.status === "ok", `${count} messages`);
	// As after a kill: nothing is said at the end.
	const at = source.position();
	const { length } = said;
	await source.stop();
	return { said: said.slice(0, length), position: at };
}

const MEANWHILE: [string, () => Promise<unknown>][] = [
	["nothing but more lines", () => appendFile(path, lines(4, 6))],
	[
		"it was renamed, and a new one begun",
		() =>
			appendFile(path, line(4))
				.then(() => rename(path, `${path}.1`))
				.then(() => writeFile(path, lines(5, 6))),
	],
	[
		"it was renamed twice",
		async () => {
			await appendFile(path, line(4));
			await rename(path, `${path}.2`);
			await writeFile(`${path}.1`, line(5));
			await writeFile(path, line(6));
			// Within one tick of the file system's clock, whose times then say nothing of the order.
			const at = new Date();
			await Promise.all([`${path}.2`, `${path}.1`].map((one) => utimes(one, at, at)));
		},
	],
	[
		"it was renamed, and none is there yet",
		() =>
			rename(path, `${path}-20261127`)
				.then(() => appendFile(`${path}-20261127`, lines(4, 6)))
				.then(() => writeFile(path, "")),
	],
	[
		"it was copied and cut short",
		async () => {
			await appendFile(path, line(4));
			await copyFile(path, `${path}.1`);
			await truncate(path, 0);
			await appendFile(path, lines(5, 6));
		},
	],
];

test.each(MEANWHILE)("away: %s", async (_, meanwhile) => {
	await writeFile(path, lines(1, 3));
	const before = await read(2);
	// The third waits for what may belong to it: it was not handed on, so it is read again.
	expect(before.said.length).toBeLessThanOrEqual(3);
	await meanwhile();
	const after = await read(6 - before.said.length, before.position);
	expect(numbers([...before.said, ...after.said])).toEqual(upTo(6));
	const rest = await (async () => {
		await appendFile(path, line(7));
		return read(1, after.position);
	})();
	expect(numbers(rest.said)).toEqual([7]);
});

test("deleted: the missing lines are reported", async () => {
	await writeFile(path, lines(1, 3));
	const { position } = await read(3);
	await unlink(path);
	await writeFile(join(folder, "other"), "takes its place on the disk");
	await writeFile(path, lines(5, 6));
	const { said } = await read(3, position);
	expect(said[0]).toMatch(/colony\.log was rotated away while nobody read it.*lines of it may be missing/);
	expect(numbers(said.slice(1))).toEqual([5, 6]);
});

test("a position that is none is passed over", async () => {
	await writeFile(path, lines(1, 2));
	expect(numbers((await read(2, { ino: "x" })).said)).toEqual([1, 2]);
});

test("a bridge that is killed and started again sends each line once", { timeout: 60_000 }, async () => {
	const dashboard = new DashboardServer({ bridgeToken: "position" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	ends.push(() => dashboard.stop());
	await writeFile(join(folder, "token"), "position");
	await writeFile(path, "from before\n");
	const start = (): ChildProcess => {
		const settings = ["--cluster", "logs", "--token-file", join(folder, "token"), "--spool", join(folder, "spool"), "--interval", "100ms"];
		const words = ["worker/node/commands/main.ts", "bridge", "--to", dashboard.url, ...settings, "--logs", path];
		const child = spawn(process.execPath, words, { cwd: ROOT, stdio: "ignore" });
		ends.push(() => child.kill("SIGKILL"));
		return child;
	};
	const kill = async (child: ChildProcess) => {
		const gone = once(child, "exit");
		child.kill("SIGKILL");
		await gone;
	};
	const shown = async () => {
		const response = await fetch(`${dashboard.url}/clusters/logs/api/logs?limit=500`);
		const found = response.ok ? ((await response.json()) as LogsAnswer).logs : [];
		return numbers(found.filter(({ source }) => source === "queen").map(({ message }) => message)).reverse();
	};
	const checked = async () =>
		(await (await fetch(`${dashboard.url}/clusters/logs/api/view?queries=${encodeURIComponent('[{"kind":"checks"}]')}`)).text()).includes(
			'"ok"',
		);
	let bridge = start();
	await expect.poll(checked, { timeout: 20_000 }).toBe(true);
	await appendFile(path, lines(1, 5));
	await expect.poll(async () => (await shown()).length, { timeout: 10_000 }).toBeGreaterThan(0);
	// Lines keep coming when it is killed.
	await appendFile(path, lines(6, 40));
	await kill(bridge);
	await appendFile(path, lines(41, 45));
	await rename(path, `${path}.1`);
	await writeFile(path, lines(46, 50));
	bridge = start();
	await expect.poll(async () => (await shown()).at(-1), { timeout: 20_000 }).toBe(50);
	expect(await shown()).toEqual(upTo(50));
	await kill(bridge);
	await appendFile(path, lines(51, 52));
	bridge = start();
	await expect.poll(async () => (await shown()).at(-1), { timeout: 20_000 }).toBe(52);
	expect(await shown()).toEqual(upTo(52));
});
