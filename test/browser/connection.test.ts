/** The link between page and server, broken in each way there is; the page says what it knows. */
import type { Browser, WebSocket, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Colony, ColonySnapshot } from "../../colony-bridge/colony.ts";
import { ChartWidget, DashboardServer } from "../../worker/node/index.ts";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { linkState, startRig, untilLive, visit } from "./dashboard.ts";

let browser: Browser;
beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(() => browser?.close());

/** A colony of one worker that says what it is told to say. */
class TellingColony implements Colony {
	readonly name: string;
	#told = 0;
	#hanging: PromiseWithResolvers<void> | undefined;

	constructor(name: string) {
		this.name = name;
	}

	/** It hangs: it says nothing more, and nobody knows why. */
	hang(): void {
		this.#hanging ??= Promise.withResolvers();
	}

	goOn(): void {
		this.#hanging?.resolve();
		this.#hanging = undefined;
	}

	async snapshot(): Promise<ColonySnapshot> {
		await this.#hanging?.promise;
		this.#told++;
		return {
			workers: [{ id: "worker-1", status: "idle", health: "healthy" }],
			metrics: [
				{ name: "told", value: this.#told },
				{ name: "cpu_percent", labels: { worker: "worker-1" }, value: 10 },
			],
			checks: [{ id: "disk", status: "ok" }],
		};
	}

	restartWorker(): Promise<string> {
		return Promise.resolve("restarted");
	}
}

test("a page shows that the server is unreachable, and reconnects when it is back", async () => {
	const first = await startRig();
	const { page, context } = await visit(browser, first.url);
	await untilLive(page);
	const sockets: WebSocket[] = [];
	page.on("websocket", (socket) => sockets.push(socket));
	await first.stop();
	await expect.poll(() => linkState(page), { timeout: 20_000 }).toBe("reconnecting");
	expect(await page.locator(".link-pill").textContent()).toMatch(/^Reconnecting/);
	// Soon the page no longer claims that the cluster is as it was.
	await expect.poll(() => page.locator(".verdict").textContent(), { timeout: 20_000 }).toMatch(/^Not connected.*the last values/);
	expect(await page.title()).toMatch(/^Not connected · Overview · /);
	const port = Number(new URL(first.url).port);
	const again = new DashboardServer({ colony: new TellingColony("hive") });
	await again.start({ host: "127.0.0.1", port });
	try {
		// Coming back to the tab or to the network cuts the wait short.
		await page.evaluate(() => dispatchEvent(new Event("online")));
		await untilLive(page);
		await expect.poll(() => page.locator(".count", { hasText: "Workers ready" }).textContent()).toContain("of 1");
		// A browser that keeps the page for the way back keeps no socket of it.
		const turn = (type: string) => page.evaluate((type) => dispatchEvent(new PageTransitionEvent(type, { persisted: true })), type);
		await turn("pagehide");
		await expect.poll(() => sockets.every((socket) => socket.isClosed())).toBe(true);
		await turn("pageshow");
		await expect.poll(() => sockets.some((socket) => !socket.isClosed())).toBe(true);
		await untilLive(page);
		// A theme chosen meanwhile is the server's to draw.
		await turn("pagehide");
		await context.addCookies([{ name: "theme", value: "dark", url: first.url }]);
		await Promise.all([page.waitForEvent("load"), turn("pageshow")]);
		expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
	} finally {
		await again.stop();
		await context.close();
	}
});

test("a colony without pushes is shown as silent, with the time since, until it pushes again", async () => {
	const colony = new TellingColony("telling");
	const dashboard = new DashboardServer({ colony });
	// A program's own widgets are no colony that speaks.
	dashboard.addWidget(new ChartWidget({ title: "Told", metrics: ["told"], timeRange: "1m" }));
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const { page, context, consoleErrors } = await visit(browser, dashboard.url);
	const ready = () => page.locator(".count", { hasText: "Workers ready" }).textContent();
	try {
		await untilLive(page);
		expect(await page.locator(".top-status").textContent()).not.toContain("Silent");
		// The reader's clock is put forward an hour: nothing has happened to the colony.
		await page.evaluate(() => {
			const now = Date.now.bind(Date);
			Date.now = () => now() + 3_600_000;
		});
		const told = page.locator(".panel", { hasText: "Told" }).locator(".legend-value");
		const before = Number(await told.textContent());
		await expect.poll(async () => Number(await told.textContent())).toBeGreaterThan(before + 2);
		expect(await page.locator(".link-age").textContent()).toMatch(/updated (now|\d+\ss\sago)/);
		expect(await page.locator(".top-status").textContent()).not.toContain("Silent");
		await expect.poll(ready).toMatch(/1 of 1$/);
		colony.hang();
		await expect.poll(() => page.locator(".verdict").textContent(), { timeout: 40_000 }).toMatch(/^Silent\s+for \d+/);
		expect(await page.locator(".verdict").textContent()).toMatch(/No data from the colony\. Showing the last values, from \d\d:\d\d/);
		expect(await linkState(page)).toBe("live");
		expect(await page.locator(".link-pill").textContent()).toMatch(/^Connecteddata \d+\ss old$/);
		expect(await page.title()).toMatch(/^Silent · Overview · /);
		// Nothing was pushed: the page asked by itself.
		await expect.poll(ready).toMatch(/0 of 1, +1 not heard$/);
		expect(await page.locator(".count", { hasText: "Checks ok" }).textContent()).toMatch(/0 of 1, +1 not heard$/);
		const words = page.locator(".panel", { hasText: "Told" }).locator(".no-data-words");
		await expect.poll(() => words.textContent(), { timeout: 40_000 }).toMatch(/^no data since \d\d:\d\d$/);
		expect(await page.locator(".no-data").first().getAttribute("width")).toMatch(/^\d/);

		await page.getByRole("navigation").getByRole("link", { name: "Workers" }).click();
		const row = page.locator(".row", { hasText: "worker-1" });
		await expect.poll(() => row.locator("td").first().textContent()).toMatch(/not heardidle \d+\ss\sago$/);
		const restart = row.getByRole("button", { name: /^Restart worker-1/ });
		expect(await restart.getAttribute("aria-disabled")).toBe("true");
		expect(await restart.getAttribute("title")).toMatch(
			/^Bridge .+ has not been heard for \d+\ss: commands cannot be sent to its colony\.$/,
		);
		const refused = await page.evaluate(async () => {
			const response = await fetch("/api/workers/worker-1/restart", { method: "POST" });
			return { status: response.status, detail: ((await response.json()) as { detail: string }).detail };
		});
		expect(refused).toEqual({ status: 503, detail: expect.stringMatching(/has not been heard for \d+ s/) });

		colony.goOn();
		await expect.poll(() => page.locator(".top-status").textContent(), { timeout: 20_000 }).not.toContain("Silent");
		await expect.poll(() => row.locator("td").first().textContent()).toMatch(/^idle$/);
		expect(await restart.getAttribute("aria-disabled")).toBeNull();
		// The browser notes the answer that was asked for.
		expect(consoleErrors.filter((line) => !line.includes("503"))).toEqual([]);
	} finally {
		colony.goOn();
		await dashboard.stop();
		await context.close();
	}
});

test("a page polls where WebSockets are blocked, and switches to a socket once one opens", async () => {
	const rig = await startRig({ config: { refreshIntervalMs: 500 } });
	const context = await browser.newContext({ locale: "en-US" });
	const page = await context.newPage();
	let closed = true;
	await page.routeWebSocket(/\/api\/live$/, (route: WebSocketRoute) => {
		if (closed) void route.close();
		else route.connectToServer();
	});
	try {
		await page.goto(rig.url);
		await expect.poll(() => linkState(page), { timeout: 20_000 }).toBe("polling");
		const completed = async () =>
			Number((await page.locator(".count", { hasText: "Tasks completed" }).locator("dd").textContent())?.replace(/,/g, ""));
		const first = await completed();
		await expect.poll(completed).toBeGreaterThan(first);
		closed = false;
		await page.evaluate(() => dispatchEvent(new Event("online")));
		await untilLive(page);
	} finally {
		await rig.stop();
		await context.close();
	}
});

test("a widget added while the page is open appears without a reload", async () => {
	const rig = await startRig();
	const { page, context, consoleErrors } = await visit(browser, rig.url);
	try {
		await untilLive(page);
		await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
		rig.dashboard.addWidget(new ChartWidget({ title: "Added later", metrics: ["tasks_completed"] }));
		await page.getByRole("heading", { name: "Added later" }).waitFor({ timeout: 30_000 });
		rig.dashboard.addPage("late", "Late page", []);
		await page.getByRole("link", { name: "Late page" }).waitFor({ timeout: 30_000 });
		expect(await page.evaluate(() => (globalThis as { sameDocument?: boolean }).sameDocument)).toBe(true);
		await untilLive(page);
		expect(consoleErrors).toEqual([]);
	} finally {
		await rig.stop();
		await context.close();
	}
});

test("a dashboard without a bridge token says that it accepts no bridge, and how to change that; also without script", async () => {
	const dashboard = new DashboardServer({ cluster: "fresh" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const { page, context } = await visit(browser, dashboard.url, { javaScriptEnabled: false });
	try {
		await page.getByText("it has no bridge token").waitFor();
		expect(await page.locator("pre").first().textContent()).toContain(new URL(dashboard.url).origin);
		await page.getByText("Prometheus targets").click();
		expect(await page.locator("pre").nth(1).isVisible()).toBe(true);
		expect(await page.locator("pre").first().isVisible()).toBe(false);
	} finally {
		await dashboard.stop();
		await context.close();
	}
});

test("an empty cluster shows how to begin, and fills with the first push", async () => {
	const dashboard = new DashboardServer({ bridgeToken: "a-token-of-this-test", cluster: "fresh" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const { page, context, consoleErrors } = await visit(browser, dashboard.url);
	try {
		await page.getByRole("heading", { name: /No colony has connected/ }).waitFor();
		await expect.poll(() => page.locator("pre").first().textContent()).toContain(new URL(dashboard.url).origin);
		await untilLive(page);
		expect(await page.getByText("it has no bridge token").count()).toBe(0);
		const arrivals = page.getByRole("region", { name: "From bridges so far" });
		await arrivals.getByText("No request of a bridge has reached this address yet").waitFor();
		const refused = await fetch(new URL("/api/bridge", dashboard.url), { method: "POST", headers: { authorization: "Bearer wrong" } });
		expect(refused.status).toBe(401);
		// Without a reload.
		await arrivals.getByText("A bridge's request reached this address").waitFor();
		await arrivals.getByText("Its token was refused: the bridge's token is not this dashboard's").waitFor();
		expect(await violations(page)).toEqual([]);
		await page.getByText("HTTP", { exact: true }).click();
		const shown = (await page.locator("pre").last().textContent()) ?? "";
		const body = shown.slice(shown.indexOf("<<END\n") + 6, shown.lastIndexOf("\nEND")).replace("$(date +%s)000", String(Date.now()));
		const byHand = await fetch(shown.split(" ")[1] ?? "", {
			method: "POST",
			headers: { authorization: "Bearer a-token-of-this-test", "content-type": "application/x-ndjson" },
			body,
		});
		expect([byHand.status, await byHand.text()]).toEqual([200, expect.not.stringContaining('"error"')]);
		const frames = [
			{ type: "hello", protocol: 1, bridge: "b", epoch: Date.now(), colony: "c", capabilities: [], intervalMs: 60_000 },
			{ type: "state", seq: 1, at: Date.now(), workers: { replace: true, set: [{ id: "w", status: "idle" }] } },
		];
		const pushed = await fetch(new URL("/api/bridge", dashboard.url), {
			method: "POST",
			headers: { authorization: "Bearer a-token-of-this-test", "content-type": "application/x-ndjson" },
			body: frames.map((frame) => JSON.stringify(frame)).join("\n"),
		});
		expect(pushed.status).toBe(200);
		await page.locator(".count", { hasText: "Workers ready" }).waitFor({ timeout: 30_000 });
		expect(consoleErrors).toEqual([]);
	} finally {
		await dashboard.stop();
		await context.close();
	}
});

test("a link that is dead without a word is found out by the page, which blames itself and not the colony", async () => {
	const dashboard = new DashboardServer({ colony: new TellingColony("hive"), config: { refreshIntervalMs: 500 } });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const context = await browser.newContext({ locale: "en-US" });
	const page = await context.newPage();
	let dead = false;
	await page.routeWebSocket(/\/api\/live$/, (route: WebSocketRoute) => {
		if (dead) return;
		const server = route.connectToServer();
		route.onMessage((message) => !dead && server.send(message));
		server.onMessage((message) => !dead && route.send(message));
	});
	const verdicts = new Set<string>();
	const verdict = async () => {
		const text = (await page.locator(".verdict").textContent())?.trim() ?? "";
		verdicts.add(text.split(" ", 1)[0] ?? "");
		return text;
	};
	try {
		await page.goto(dashboard.url);
		await untilLive(page);
		dead = true;
		await expect.poll(verdict, { timeout: 30_000 }).toMatch(/^Not connected/);
		expect(await linkState(page)).toBe("reconnecting");
		expect([...verdicts]).not.toContain("Silent");
		dead = false;
		await untilLive(page);
	} finally {
		await dashboard.stop();
		await context.close();
	}
});

test("a page outlasts a restart of its program: it shows the lost connection, then the program's page again", async () => {
	const first = new DashboardServer({ colony: new TellingColony("hive") });
	first.addPage("own", "Own", [new ChartWidget({ title: "Drawn before", metrics: ["told"] })]);
	await first.start({ host: "127.0.0.1", port: 0 });
	const { page, context } = await visit(browser, `${first.url}/own`);
	await untilLive(page);
	const port = Number(new URL(first.url).port);
	await first.stop();
	const again = new DashboardServer({ colony: new TellingColony("hive") });
	await again.start({ host: "127.0.0.1", port });
	try {
		await page.getByText("This page is not available now.").waitFor({ timeout: 30_000 });
		expect(await page.getByRole("heading", { name: "Drawn before" }).count()).toBe(1);
		again.addPage("own", "Own", [new ChartWidget({ title: "Drawn after", metrics: ["told"] })]);
		await page.getByRole("heading", { name: "Drawn after" }).waitFor({ timeout: 30_000 });
		expect(await page.getByText("This page is not available now.").count()).toBe(0);
		await untilLive(page);
	} finally {
		await again.stop();
		await context.close();
	}
});
