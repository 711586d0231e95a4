/** Programs around `DashboardServer`: what keeps them up, and what lets them end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

describe("a program", () => {
	/** Runs a few lines with `DashboardServer` at hand. */
	function program(lines: string) {
		const index = new URL("../../worker/node/index.ts", import.meta.url).href;
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

	test("prints who can reach it and what they can do, where nobody signs in", async () => {
		const starts = [
			[
				"{}",
				'{ host: "0.0.0.0" }',
				"nobody has to sign in: whoever reaches any address of this machine may look at everything, restart workers and scale; set authEnabled, or readonly, or listen at 127.0.0.1",
			],
			[
				"{ readonly: true }",
				'{ host: "::" }',
				"nobody has to sign in: whoever reaches any address of this machine may look at everything; set authEnabled, or listen at 127.0.0.1",
			],
			['{ authEnabled: true, authUsers: { ann: "secret words" } }', '{ host: "0.0.0.0" }', ""],
			["{}", '{ host: "127.0.0.1" }', ""],
		] as const;
		const lines = starts.map(
			([config, at]) => `
			{
				const dashboard = new DashboardServer({ config: ${config} });
				await dashboard.start({ ...${at}, port: 0 });
				await dashboard.stop();
				said.push("");
			}`,
		);
		const { said } = program(
			`const said = [""]; console.warn = (text) => { said[said.length - 1] += text; };${lines.join("")} console.log(JSON.stringify(said));`,
		);
		const told = JSON.parse(await said)
			.slice(0, -1)
			.map((text: string) => text.replace(/^Dashboard at port \d+: |\.$/g, ""));
		expect(told).toEqual(starts.map(([, , words]) => words));
	});

	test("prints which Node it needs, on an older one", async () => {
		const index = new URL("../../worker/node/index.ts", import.meta.url).href;
		const older = 'data:text/javascript,Object.defineProperty(process.versions, "node", { value: "20.19.0" })';
		const code = `import(${JSON.stringify(index)}).catch((error) => console.log(error.message))`;
		const child = spawn(process.execPath, ["--import", older, "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
		const [words] = await once(child.stdout, "data");
		expect(String(words)).toBe("hiveframe-dashboard runs on Node 22.13 or newer, this is 20.19.0: install a newer Node\n");
		await once(child, "exit");
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
