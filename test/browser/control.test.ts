/** Buttons that make the colony do something: a real colony does it, and its own words come back. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/index.ts";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, shifts, startRig, untilLive, type Visit, visit } from "./dashboard.ts";

const USERS = { ann: "correct horse", viewer: "only looking" };

let browser: Browser;
beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(() => browser?.close());

const visits: Visit[] = [];
afterEach(async () => {
	await Promise.all(visits.splice(0).map(({ context }) => context.close()));
});
async function open(url: string, options: Parameters<typeof visit>[2] = {}): Promise<Visit> {
	const opened = await visit(browser, url, options);
	visits.push(opened);
	return opened;
}

const rows = (page: Page) => page.locator("tbody tr", { hasText: /^worker-/ });
const dialogState = (page: Page) => page.locator("dialog [data-state]").getAttribute("data-state", { timeout: 30_000 });
describe("without sign-in", () => {
	let rig: Rig;
	beforeAll(async () => {
		rig = await startRig();
	});
	afterAll(() => rig?.stop());

	test("a worker is restarted by keyboard, after saying which, and the result is the colony's", async () => {
		const { page, consoleErrors } = await open(`${rig.url}workers`);
		await untilLive(page);
		const button = page.getByRole("button", { name: "Restart worker-2" });
		await button.focus();
		await page.keyboard.press("Enter");
		const dialog = page.getByRole("dialog", { name: "Restart worker-2 of hive?" });
		await dialog.waitFor();
		expect(await dialog.textContent()).toMatch(/No task is running|It runs \d+\stasks? now/);
		// What does no harm has the focus.
		expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Cancel");
		expect(await violations(page)).toEqual([]);
		await page.keyboard.press("Escape");
		expect(await dialog.isVisible()).toBe(false);
		expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Restart worker-2");
		expect(await (await fetch(`${rig.url}api/commands`)).json()).toEqual([]);
		await page.keyboard.press("Enter");
		await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		await expect.poll(() => dialogState(page), { timeout: 20_000 }).toBe("done");
		expect(await page.locator(".dialog-words").textContent()).toMatch(/^worker-2 was restarted/);
		expect(await violations(page)).toEqual([]);
		await page.keyboard.press("Enter");
		expect(await page.locator("dialog").isVisible()).toBe(false);
		expect(await page.locator("tbody tr", { hasText: "restart worker-2" }).textContent()).toMatch(/done.*worker-2 was restarted/);
		// The count comes with the colony's next snapshot.
		const restarts = async () => {
			const workers = (await (await fetch(`${rig.url}api/workers`)).json()) as { id: string; restarts?: number }[];
			return workers.find(({ id }) => id === "worker-2")?.restarts;
		};
		await expect.poll(restarts).toBe(1);
		expect((await shifts(page)).page).toBeLessThan(0.005);
		expect(consoleErrors).toEqual([]);
	});

	test("the colony is scaled, and its rows follow", async () => {
		const { page, consoleErrors } = await open(`${rig.url}workers`);
		await untilLive(page);
		await page.getByRole("button", { name: "Scale…" }).click();
		const dialog = page.getByRole("dialog");
		const field = dialog.getByLabel("Workers");
		expect(await field.inputValue()).toBe("3");
		expect(await dialog.getByRole("button", { name: /^Scale/ }).isDisabled()).toBe(true);
		await field.fill("many");
		expect(await dialog.textContent()).toContain("Write a whole number");
		await field.fill("1");
		expect(await dialog.textContent()).toMatch(/2\sworkers fewer than the 3 there are now/);
		await field.fill("5");
		expect(await dialog.textContent()).toMatch(/2\sworkers more than the 3 there are now/);
		await dialog.getByRole("button", { name: "Scale to 5 workers" }).click();
		await expect.poll(() => dialogState(page), { timeout: 20_000 }).toBe("done");
		expect(await page.locator(".dialog-words").textContent()).toBe("scaled from 3 to 5 workers");
		await page.getByRole("button", { name: "Close" }).click();
		// Rows keep their places while the pointer is on the table.
		await page.mouse.move(0, 0);
		await expect.poll(() => rows(page).count()).toBe(5);
		expect(consoleErrors).toEqual([]);
	});

	test("a refusal by the colony is shown in its own words", async () => {
		const { page } = await open(`${rig.url}workers`);
		await untilLive(page);
		await page.getByRole("button", { name: "Scale…" }).click();
		await page.getByRole("dialog").getByLabel("Workers").fill("9999");
		await page.getByRole("button", { name: "Scale to 9,999 workers" }).click();
		await expect.poll(() => dialogState(page), { timeout: 20_000 }).toBe("failed");
		expect(await page.locator(".dialog-words").textContent()).toMatch(/512/);
	});

	test("a request lost on the way can be repeated and is carried out once", async () => {
		const { page } = await open(`${rig.url}workers`);
		await untilLive(page);
		const before = ((await (await fetch(`${rig.url}api/commands`)).json()) as unknown[]).length;
		let lost = 0;
		await page.route("**/restart", async (route) => {
			if (lost++ > 0) return route.continue();
			// It arrives; its answer does not.
			await route.fetch();
			return route.abort();
		});
		await page.getByRole("button", { name: "Restart worker-1" }).click();
		await page.getByRole("dialog").getByRole("button", { name: "Restart worker-1" }).click();
		await page.getByRole("alert").getByText("safe to try again").waitFor();
		await page.getByRole("dialog").getByRole("button", { name: "Restart worker-1" }).click();
		await expect.poll(() => dialogState(page), { timeout: 20_000 }).toBe("done");
		expect(await (await fetch(`${rig.url}api/commands`)).json()).toHaveLength(before + 1);
	});

	test("the audit is in the navigation and names the actor", async () => {
		await fetch(`${rig.url}api/workers/worker-2/restart?wait=20s`, { method: "POST" });
		await fetch(`${rig.url}api/cluster/scale?wait=20s`, { method: "POST", body: '{"workers":5}' });
		const { page, consoleErrors } = await open(rig.url);
		await page.getByRole("link", { name: "Audit" }).click();
		await page.getByRole("heading", { name: "Audit", level: 1 }).waitFor();
		expect(await page.locator("tbody tr", { hasText: "worker-2" }).first().textContent()).toMatch(
			/unknown user.*127\.0\.0\.1.*Restart a worker.*done/,
		);
		expect(await page.locator("tbody tr").first().isVisible()).toBe(true);
		const box = await page.locator(".table-box").boundingBox();
		expect(box?.height).toBeGreaterThan(80);
		await page.locator("select[name=action]").selectOption("scale");
		await page.getByRole("button", { name: "Show" }).click();
		await expect.poll(() => page.locator("tbody tr", { hasText: "Restart" }).count()).toBe(0);
		expect(await page.locator("tbody tr").count()).toBeGreaterThan(0);
		expect(await violations(page)).toEqual([]);
		expect(consoleErrors).toEqual([]);
	});
});

describe.each([
	["a dashboard that is read-only", { readonly: true }, undefined],
	["a viewer", { authEnabled: true, authUsers: USERS }, "viewer"],
] as const)("%s", (_, config, user) => {
	let rig: Rig;
	beforeAll(async () => {
		rig = await startRig({ config });
	});
	afterAll(() => rig?.stop());

	test("has no buttons", async () => {
		const { page } = await open(`${rig.url}workers`);
		if (user) {
			await page.getByLabel("User").fill(user);
			await page.getByLabel("Password").fill(USERS[user]);
			await page.getByRole("button", { name: "Sign in" }).click();
			await page.waitForURL(`${rig.url}workers`);
		}
		await untilLive(page);
		await expect.poll(() => rows(page).count()).toBe(3);
		expect(await page.getByRole("button", { name: /Restart|Scale/ }).count()).toBe(0);
		expect(await page.locator("dialog").count()).toBe(0);
		if (user) expect(await page.getByRole("link", { name: "Audit" }).count()).toBe(0);
	});
});

test("workers that failed are restarted from their finding; other pages open the findings from their number", async () => {
	const dashboard = new DashboardServer({ bridgeToken: "a-token-of-this-test", cluster: "night" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	try {
		const worker = (id: string, status: string) => ({ id, status, ...(status === "failed" && { message: "exit code 137" }) });
		const check = { id: "disk", status: "warning", message: "8 % free", runbook: "https://wiki.example/disk" };
		const workers = { replace: true, set: [worker("w-1", "failed"), worker("w-2", "failed"), worker("w-3", "idle")] };
		const hello = {
			type: "hello",
			protocol: 1,
			bridge: "b",
			epoch: Date.now(),
			colony: "c",
			capabilities: ["restart"],
			intervalMs: 60_000,
		};
		const push = (seq: number, changes: object) =>
			fetch(new URL("/api/bridge", dashboard.url), {
				method: "POST",
				headers: { authorization: "Bearer a-token-of-this-test", "content-type": "application/x-ndjson" },
				body: [hello, { type: "state", seq, at: Date.now(), ...changes }].map((frame) => JSON.stringify(frame)).join("\n"),
			});
		await push(1, { workers, checks: { replace: true, set: [check] } });
		const { page, consoleErrors } = await open(dashboard.url);
		await untilLive(page);
		expect(await page.title()).toMatch(/^\(2\) Overview · /);
		const failed = page.locator(".finding", { hasText: "2 of 3 workers failed" });
		expect(await failed.textContent()).toMatch(/exit code 137.*since \d\d:\d\d/);
		const runbook = page.getByRole("link", { name: /^Runbook/ });
		expect([await runbook.getAttribute("href"), await runbook.getAttribute("rel")]).toEqual([check.runbook, "noopener noreferrer"]);
		await failed.getByRole("button", { name: "Restart 2 workers…" }).click();
		const dialog = page.getByRole("dialog", { name: "Restart 2 workers of night?" });
		await dialog.waitFor();
		expect(await violations(page)).toEqual([]);
		await dialog.getByRole("button", { name: /^Restart 2/ }).click();
		await expect.poll(() => dialog.getByText("waiting").count()).toBe(2);
		const asked = (await (await fetch(new URL("/api/commands", dashboard.url))).json()) as { worker: string }[];
		expect(asked.map(({ worker }) => worker).sort()).toEqual(["w-1", "w-2"]);
		await page.goto(new URL("/workers/w-1", dashboard.url).href);
		expect(await page.locator(".trouble").textContent()).toMatch(/Failed for .*exit code 137/);
		await page.getByText(/^2\sfindings$/).click();
		expect(await page.locator(".findings-menu .finding").count()).toBe(2);
		expect(await violations(page)).toEqual([]);

		// A tab in the background and an installed page's icon tell how many there are.
		const dot = () =>
			page.locator("link[rel=icon]").evaluate(({ href }: HTMLLinkElement) => /circle.*fill="(.*?)"/.exec(decodeURIComponent(href))?.[1]);
		const color = (name: string) => page.evaluate((name) => getComputedStyle(document.documentElement).getPropertyValue(name), name);
		await expect.poll(dot).toBe(await color("--warn"));
		await page.evaluate(() => {
			const badges: unknown[] = [];
			const note = async (count: unknown) => void badges.push(count);
			Object.assign(navigator, { badges, setAppBadge: note, clearAppBadge: () => note("none") });
		});
		await push(2, { workers: { set: [worker("w-1", "idle"), worker("w-2", "idle")] } });
		await expect.poll(() => page.title()).toMatch(/^\(1\) w-1 · /);
		await push(3, { checks: { set: [{ ...check, status: "failed" }] } });
		await expect.poll(dot).toBe(await color("--bad"));
		await push(4, { checks: { set: [{ ...check, status: "ok" }] } });
		await expect.poll(() => page.title()).toMatch(/^w-1 · /);
		await expect.poll(dot).toBeUndefined();
		expect(await page.evaluate(() => (navigator as unknown as { badges: unknown[] }).badges)).toEqual([1, 1, "none"]);
		expect(consoleErrors).toEqual([]);
	} finally {
		await dashboard.stop();
	}
});
