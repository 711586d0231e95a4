/** HTML of a program's own: shown in its frame, updated in place, and nothing it does reaches the dashboard. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StatusWidget, Widget, type WidgetContext } from "../../worker/node/index.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, shifts, startRig, untilLive, visit } from "./dashboard.ts";

class Counter extends Widget<{ value: number }> {
	value = 1;

	override getData() {
		return { value: this.value };
	}
	override render({ title, data }: WidgetContext<{ value: number }>): string {
		return `<div class="widget custom-widget"><h3>${title}</h3><div class="content" style="color: rgb(1, 2, 3)">${data.value} jars</div></div>`;
	}
}
class Broken extends Widget {
	override render(): string {
		throw new RangeError("no such <b>honey</b>");
	}
}
class Fixed extends Widget {
	readonly html: string;
	constructor(title: string, html: string) {
		super(title);
		this.html = html;
	}
	override render = (): string => this.html;
}

let browser: Browser;
let rig: Rig;
/** A site elsewhere: nobody may ever come. */
let elsewhere: Server;
const visits: string[] = [];
const counter = new Counter("Jars");
/** As large as a widget may be, and as many as a page may have. */
class Large extends Widget {
	override render(): string {
		return `<p class="n">${counter.value} of ${this.title}</p>`.padEnd(16_000, "<i></i>").slice(0, 16_000);
	}
}

beforeAll(async () => {
	elsewhere = createServer((request, response) => {
		visits.push(request.url ?? "");
		response.end("gotcha");
	}).listen(0, "127.0.0.1");
	await new Promise((resolve) => elsewhere.once("listening", resolve));
	const site = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
	browser = await launchChromium();
	rig = await startRig({ config: { refreshIntervalMs: 500 } }, (dashboard) => {
		dashboard.addPage("own", "Own", [counter, new Broken("Broken"), new StatusWidget({ title: "Services", checks: ["disk"] })]);
		const large = (count: number) => Array.from({ length: count }, (_, i) => new Large(`Large ${i}`));
		dashboard.addPage("many", "Many", large(48));
		dashboard.addPage("some", "Some", large(8));
		dashboard.addPage("evil", "Evil", [
			new Fixed(
				"Evil",
				`<script>parent.ran=1;top.ran=1;fetch("${site}/script")</script>
				<img src=x onerror="fetch('${site}/handler')"><img src="${site}/picture"><link rel=stylesheet href="${site}/style">
				<style>@import "${site}/import"; body { position: fixed; inset: -9999px; z-index: 99999; background: url(${site}/background) }</style>
				<base href="${site}/">
				<form action="${site}/form" target=_top><button id=send>send</button></form>
				<a id=out href="${site}/link">out</a><a id=top href="${site}/top" target=_top>top</a>
				<iframe src="${site}/frame"></iframe><object data="${site}/object"></object><plaintext>`,
			),
			new Fixed("Restless", `<meta http-equiv="refresh" content="0; url=${site}/refresh">gone at once`),
			new StatusWidget({ title: "Services", checks: ["disk"] }),
		]);
	});
});
afterAll(async () => {
	await rig?.stop();
	elsewhere?.close();
	await browser?.close();
});

test("a custom widget is drawn, changes in place and follows the theme; a failed one shows the error in its own frame", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}own`);
	const frame = page.frameLocator("iframe[title=Jars]");
	const content = frame.locator(".content");
	await expect.poll(() => content.textContent()).toBe("1 jars");
	expect(await content.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(1, 2, 3)");
	await untilLive(page);
	const document = await frame.locator("html").elementHandle();
	counter.value = 2;
	await expect.poll(() => content.textContent()).toBe("2 jars");
	// The same document: nothing was loaded anew.
	expect(await document?.evaluate((element) => element.isConnected)).toBe(true);
	expect(await page.locator(".panel", { hasText: "Broken" }).textContent()).toContain("RangeError: no such <b>honey</b>");
	expect(await page.locator(".panel", { hasText: "Services" }).textContent()).toContain("12 GB free");
	const ground = () => frame.locator("html").evaluate((element) => getComputedStyle(element).backgroundColor);
	const light = await ground();
	await page.getByRole("button", { name: "Dark theme" }).click();
	await expect.poll(ground).not.toBe(light);
	expect((await shifts(page)).page).toBeLessThan(0.005);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("without script it is drawn as of the page's load", async () => {
	const { page, context } = await visit(browser, `${rig.url}own`, { javaScriptEnabled: false });
	await expect.poll(() => page.frameLocator("iframe[title=Jars]").locator(".content").textContent()).toMatch(/jars/);
	await context.close();
});

test("a page of as many and as large widgets as there may be stays small, and follows those in sight", async () => {
	const first = await fetch(`${rig.url}many`).then((response) => response.text());
	expect(first.length).toBeLessThan(150_000);
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}some`, { viewport: { width: 700, height: 500 } });
	await untilLive(page);
	const text = (n: number) => page.frameLocator(`iframe[title="Large ${n}"]`).locator(".n").textContent();
	for (const n of [0, 7]) {
		await page.locator(`iframe[title="Large ${n}"]`).scrollIntoViewIfNeeded();
		await expect.poll(() => text(n)).toBe(`${counter.value} of Large ${n}`);
		counter.value++;
		await expect.poll(() => text(n)).toBe(`${counter.value} of Large ${n}`);
	}
	// It went on unseen.
	await page.locator('iframe[title="Large 0"]').scrollIntoViewIfNeeded();
	await expect.poll(() => text(0)).toBe(`${counter.value} of Large 0`);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("whatever its HTML tries, it neither runs nor leaves its frame", async () => {
	const { page, context } = await visit(browser, `${rig.url}evil`);
	await untilLive(page);
	const evil = page.frameLocator("iframe[title=Evil]");
	await expect.poll(() => evil.locator("body").textContent()).toContain("out");
	// The link that would lead away comes last: all it reaches is an empty frame.
	for (const id of ["send", "top", "out"]) await evil.locator(`#${id}`).evaluate((element: HTMLElement) => element.click());
	// Served again, as by a reload, and put in place, as by a change: both ways in have been tried.
	await page.reload();
	await untilLive(page);
	expect(page.url()).toBe(`${rig.url}evil`);
	// Opened as a page of its own, where no page around it says where it may go.
	const restless = new URL((await page.locator("iframe[title=Restless]").getAttribute("src")) ?? "", rig.url).href;
	await page.goto(restless, { waitUntil: "networkidle" });
	expect(page.url()).toBe(restless);
	expect(await page.locator("body").textContent()).toContain("gone at once");
	await page.goto(`${rig.url}evil`);
	expect(await page.evaluate(() => (globalThis as { ran?: number }).ran)).toBeUndefined();
	expect(await page.locator(".panel", { hasText: "Services" }).textContent()).toContain("12 GB free");
	// Its own address, opened by itself: an origin of its own, which knows nothing of ours.
	const own = await page.locator("iframe[title=Evil]").getAttribute("src");
	const answer = await fetch(new URL(own ?? "", rig.url));
	const policy = answer.headers.get("content-security-policy") ?? "";
	expect(policy).toMatch(/^sandbox allow-scripts; default-src 'none'/);
	expect(policy).not.toMatch(/allow-same-origin|unsafe-inline'.*script|connect-src/);
	expect(visits).toEqual([]);
	await context.close();
});
