/** Annotations on the page: written at the cursor, seen by others at once, changed and deleted; also about the past. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { AnnotationAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, startRig, untilLive, visit } from "./dashboard.ts";

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
	browser = await launchChromium();
	rig = await startRig();
});
afterAll(async () => {
	await rig?.stop();
	await browser?.close();
});

const kept = async () => (await (await fetch(`${rig.url}api/annotations`)).json()) as AnnotationAnswer[];

test("written at the charts' cursor, seen on an open page at once, changed and deleted from the list of events", async () => {
	const { page, context, consoleErrors } = await visit(browser, rig.url);
	const other = await visit(browser, rig.url);
	await untilLive(page);
	await untilLive(other.page);
	const chart = page.locator(".panel:has(.plot) .plot").first();
	await chart.focus();
	await page.keyboard.press("Home");
	await page.keyboard.press("a");
	const dialog = page.locator("dialog[open]");
	await dialog.getByLabel("Text").fill("deployed <b>1.4.2</b>");
	await dialog.getByLabel("Kind").fill("deploy");
	await dialog.getByRole("button", { name: "Annotate" }).click();
	await dialog.waitFor({ state: "detached" });
	const [written] = await kept();
	expect(written).toMatchObject({ text: "deployed <b>1.4.2</b>", kind: "deploy" });
	// The first column of a chart of 15 minutes.
	expect(Date.now() - Date.parse(written?.at ?? "")).toBeGreaterThan(30_000);
	const line = other.page.locator(".line", { hasText: "deployed <b>1.4.2</b>" });
	await line.waitFor();
	await line.getByRole("button", { name: "Change" }).click();
	const form = other.page.locator("dialog[open]");
	expect(await form.getByLabel("Text").inputValue()).toBe("deployed <b>1.4.2</b>");
	await form.getByLabel("Text").fill("deployed 1.4.3");
	await form.getByRole("button", { name: "Save" }).click();
	await page.locator(".line", { hasText: "deployed 1.4.3" }).getByRole("button").click();
	await dialog.getByRole("button", { name: "Delete…" }).click();
	await dialog.getByRole("button", { name: "Delete it for good" }).click();
	await expect.poll(() => other.page.locator(".line", { hasText: "deployed" }).count()).toBe(0);
	expect(await kept()).toEqual([]);
	expect([...consoleErrors, ...other.consoleErrors]).toEqual([]);
	await other.context.close();
	await context.close();
});

test("a refusal is said in the form, which stays; on a page of the past it is about that time", async () => {
	const { last_push: at = "" } = (await (await fetch(`${rig.url}api/cluster`)).json()) as ClusterAnswer;
	const { page, context } = await visit(browser, `${rig.url}?at=${at}`);
	await page.locator(".past-band").waitFor();
	await page.waitForFunction(() => document.title.includes(" · "));
	await page.keyboard.press("a");
	const dialog = page.locator("dialog[open]");
	await dialog.getByLabel("Text").fill("it began here");
	await dialog.getByLabel("To, if it lasted").fill("2020-01-01T00:00:00");
	await dialog.getByRole("button", { name: "Annotate" }).click();
	await expect.poll(() => dialog.getByRole("alert").textContent()).toMatch(/until: give `at` too, and no later/);
	await dialog.getByLabel("To, if it lasted").fill("");
	await dialog.getByRole("button", { name: "Annotate" }).click();
	await dialog.waitFor({ state: "detached" });
	const [written] = await kept();
	expect(Math.abs(Date.parse(written?.at ?? "") - Date.parse(at))).toBeLessThan(1_000);
	await page.locator(".line", { hasText: "it began here" }).waitFor();
	await page.locator(".past-band").waitFor();
	await context.close();
});
