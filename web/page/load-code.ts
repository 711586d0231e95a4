/**
 * Code that is loaded by need. Where it cannot be had although the dashboard answers, the page is of a build that is served no more: it comes
 * anew, once. Where that does not help, or nothing answers, the page stays and says so.
 */
import type { Page } from "./context.tsx";

const KEY = "hiveframe-reloaded";
const FAILED = "a part of this page could not be loaded: try again, or reload the page";

/** @param page says why it failed; absent: there is none yet. @throws where there is no code to be had, and the page stays. */
export async function loadCode<Code>(load: () => Promise<Code>, page?: Page): Promise<Code> {
	try {
		return await load();
	} catch (cause) {
		if (await reloadOnce()) return new Promise(() => {});
		page?.url.setPending({ failed: FAILED });
		throw new Error(FAILED, { cause });
	}
}

/** Loads the page anew, the first time that this tab does so over this build. @returns whether it is on its way. */
export async function reloadOnce(): Promise<boolean> {
	const build = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.src ?? "";
	try {
		if (sessionStorage.getItem(KEY) === build) return false;
		// A page that can be read is worth more than the browser's words that nothing answers.
		const { ok } = await fetch(location.href, { method: "HEAD", cache: "no-store" });
		if (!ok) return false;
		sessionStorage.setItem(KEY, build);
	} catch {
		return false;
	}
	location.reload();
	return true;
}
