/** A bridge's refusals, commands, start and stop. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import type { Colony } from "../../colony-bridge/colony.ts";
import { bridge, colony, door, errors, framesOf, start } from "./bridge-under-test.ts";
import { until } from "./until.ts";

describe("refusals", () => {
	test("a refused series is left out of the ticks, a refused patch is followed by a full replace", async () => {
		let round = 0;
		colony.say = () => ({
			metrics: [{ name: "a", value: 1 }, ...(round++ > 1 ? [{ name: "b", value: 2 }] : [])],
			workers: [{ id: "w", status: "idle", restarts: round }],
		});
		start();
		const second = await until(() => framesOf("series").find(({ series }) => series[0]?.name === "b"), "the second series");
		door.tell({ type: "error", kind: "limit", detail: "too many series", seq: second.seq, fatal: false });
		await until(() => framesOf("tick").at(-1)?.ids.join() === "0", "ticks without it");
		expect(errors.join()).toMatch(/refused frame \d+ \(limit\): too many series; its 1 series are left out from now on/);
		const patch = framesOf("state").at(-1);
		door.tell({ type: "error", kind: "invalid", detail: "no", seq: patch?.seq ?? 0, fatal: false });
		const whole = await until(() => framesOf("state").find(({ seq, workers }) => seq > (patch?.seq ?? 0) && workers?.replace), "all of it");
		expect(whole.workers?.set).toHaveLength(1);
		expect(bridge?.stats.refused).toBe(2);
	});
});

describe("commands", () => {
	test("are carried out once, and answered with the colony's words", async () => {
		const restarted: string[] = [];
		const able: Colony = {
			name: "able",
			snapshot: () => ({}),
			restartWorker: async (id) => {
				restarted.push(id);
				return `${id} is back`;
			},
			scale: async () => {
				throw new Error("no room");
			},
		};
		start({ colony: able });
		await until(() => bridge?.stats.connected, "a link");
		expect(door.hellos[0]?.capabilities).toEqual(["restart", "scale"]);
		door.command("c1", { action: "restart", worker: "w1" });
		door.command("c1", { action: "restart", worker: "w1" });
		door.command("c2", { action: "scale", workers: 3 });
		await until(() => framesOf("result").length >= 2, "two results");
		expect(framesOf("result")).toMatchObject([
			{ command: "c1", ok: true, message: "w1 is back" },
			{ command: "c2", ok: false, message: "no room" },
		]);
		expect(restarted).toEqual(["w1"]);
	});

	test("a colony without a capability is not sent the command, and hello says so", async () => {
		start();
		await until(() => bridge?.stats.connected, "a link");
		expect(door.hellos[0]?.capabilities).toEqual([]);
		door.command("c1", { action: "restart", worker: "w1" });
		await until(() => framesOf("result").length > 0, "a result");
		expect(framesOf("result")[0]).toMatchObject({ ok: false, message: 'colony "test colony" cannot restart workers' });
	});
});

describe("a bridge's life", () => {
	test("options that cannot be right are refused with words", () => {
		const to = { url: "http://localhost" };
		expect(() => new Bridge({ colony: {} as Colony, to })).toThrow(/needs a colony: an object with a name and a snapshot\(\) method/);
		expect(() => new Bridge({ colony, to, intervalMs: 5 })).toThrow(/invalid intervalMs 5; write whole milliseconds/);
		expect(() => new Bridge({ colony, to: { url: "ftp://u:hidden@x" } })).toThrow(/invalid dashboard URL "ftp:\/\/x"; write it as https/);
		expect(() => new Bridge({ colony, to: { ...to, cluster: "a/b" } })).toThrow(/invalid cluster name "a\/b"/);
		expect(() => new Bridge({ colony, to: { ...to, token: "hidden\n" } })).toThrow(/^(?!.*hidden).*stray newline/);
		for (const [options, words] of [
			[{ interval: 5000 }, 'Bridge: there is no option "interval"; did you mean intervalMs?'],
			[{ to: { ...to, tokn: "t" } }, 'Bridge: to: there is no option "tokn"; did you mean token?'],
			[{ spool: { directroy: "here" } }, 'Bridge: spool: there is no option "directroy"; did you mean directory?'],
		] as const) {
			expect(() => new Bridge({ colony, to, ...(options as object) })).toThrow(words);
		}
		expect(() => new Bridge({ colony, to, layout: { pages: [{ name: "api" }] } as never })).toThrow(/invalid layout/);
	});

	test("a second start is refused", () => {
		start();
		expect(() => bridge?.start()).toThrow(/was started before; make a new one/);
	});

	test("stop() sends the last snapshot, ends within its timeout without a dashboard, and leaves no handle", async () => {
		const program = `
			import { Bridge } from ${JSON.stringify(new URL("../../colony-bridge/bridge/bridge.ts", import.meta.url).href)};
			let snapshots = 0;
			const colony = { name: "c", snapshot: () => ({ metrics: [{ name: "m", value: ++snapshots }] }) };
			for (const url of process.argv.slice(1)) {
				const bridge = new Bridge({ colony, to: { url }, intervalMs: 100, onError() {} });
				bridge.start();
				while (snapshots < 3) await new Promise((resolve) => setTimeout(resolve, 20));
				await bridge.stop();
				console.log(JSON.stringify(bridge.stats));
			}`;
		const began = performance.now();
		const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, door.url, "http://127.0.0.1:9"]);
		const { stdout } = await run;
		expect(performance.now() - began).toBeLessThan(15_000);
		const [reached, away] = stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(reached).toMatchObject({ state: "stopped", connected: false, buffered: { frames: 0 } });
		expect(reached.acked).toBe(reached.seq);
		expect(away).toMatchObject({ state: "stopped", acked: 0 });
	}, 30_000);
});
