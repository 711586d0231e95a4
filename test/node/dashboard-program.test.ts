/** Programs around `DashboardServer`: what keeps them up, and what lets them end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

describe("a program", () => {
	/** Runs a few lines with `DashboardServer` at hand. */
	function program(lines: string) {
		const index = new URL("../../colony-bridge/index.ts", import.meta.url).href;
		const code = `import { DashboardServer } from ${JSON.stringify(index)};\n${lines}`;
		const child = spawn(process.execPath, ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", code], {
			cwd: fileURLToPath(new URL("../..", import.meta.url)),
			stdio: ["ignore", "pipe", "inherit"],
		});
		return { child, said: once(child.stdout, "data").then(([text]) => String(text).trim()), ended: once(child, "exit") };
	}

	const COLONY = `const colony = { name: "child", snapshot: () => ({ workers: [{ id: "w", status: "idle" }] }) };`;

	test("that only calls start() stays up", async () => {
		const { child, said, ended } = program(`
			${COLONY}
			const dashboard = new DashboardServer({ colony });
			await dashboard.start({ host: "127.0.0.1", port: 0 });
			console.log(dashboard.url);`);
		try {
			const url = await said;
			await expect.poll(async () => (await (await fetch(`${url}/api/workers`)).json()).length).toBe(1);
			expect(child.exitCode).toBeNull();
		} finally {
			child.kill();
			await ended;
		}
	});

	test("whose last act is stop() ends by itself, with viewers still there", async () => {
		const { said, ended } = program(`
			${COLONY}
			const dashboard = new DashboardServer({ colony, bridgeToken: "t" });
			await dashboard.start({ host: "127.0.0.1", port: 0 });
			const socket = new WebSocket(dashboard.url.replace("http", "ws") + "/api/live");
			socket.onopen = () => socket.send(JSON.stringify({ type: "watch", queries: [{ kind: "workers" }] }));
			await new Promise((resolve) => { socket.onmessage = resolve; });
			await (await fetch(dashboard.url)).text();
			await dashboard.stop();
			console.log("stopped");`);
		expect(await said).toBe("stopped");
		expect(await ended).toEqual([0, null]);
	});

	test("whose start() fails ends by itself", async () => {
		const { said, ended } = program(`
			${COLONY}
			const dashboard = new DashboardServer({ colony });
			try { await dashboard.start({ host: "192.0.2.1", port: 0 }); } catch (error) { console.log(error.message); }`);
		expect(await said).toMatch(/cannot listen/);
		expect(await ended).toEqual([0, null]);
	});
});
