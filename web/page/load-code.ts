/**
 * Loads code on demand. If that fails while the dashboard answers, the page's build is no longer served: the page reloads, once per build.
 * Otherwise the page stays and shows an error.
 */
import type { Page } from "./context.tsx";

const KEY = "hiveframe-reloaded";
const FAILED = "a part of this page could not be loaded: try again, or reload the page";

/** @param page shows the error, if given. @throws if the code cannot be loaded and the page stays */
export async function loadCode<Code>(load: () => Promise<Code>, page?: Page): Promise<Code> {
	try {
		return await load();
	} catch (cause) {
		if (await reloadOnce()) return new Promise(() => {});
		page?.url.setPending({ failed: FAILED });
		throw new Error(FAILED, { cause });
	}
}

/** Reloads the page, once per tab and build. @returns whether it is reloading */
export async function reloadOnce(): Promise<boolean> {
	const build = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.src ?? "";
	try {
		if (sessionStorage.getItem(KEY) === build) return false;
		// Not while the server is down: a stale page is better than the browser's error page.
		const { ok } = await fetch(location.href, { method: "HEAD", cache: "no-store" });
		if (!ok) return false;
		sessionStorage.setItem(KEY, build);
	} catch {
		return false;
	}
	location.reload();
	return true;
}
