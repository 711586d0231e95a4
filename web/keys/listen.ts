/** Listens for shortcut keys. Their actions are loaded with the first key. */
import { onCleanup } from "solid-js";
import type { Desk } from "../page/desk.ts";
import { loadCode } from "../page/load-code.ts";
import { shortcutsOn } from "./shortcuts.ts";

const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

/** Call under a Solid owner, in the browser. */
export function listenForKeys(desk: Desk): void {
	let loaded: typeof import("./lazy/keyboard.ts") | undefined;
	const keyboard = (event: KeyboardEvent) => {
		const { key, target } = event;
		if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
		if ((key.length !== 1 || key === " ") && key !== "Escape") return;
		if ((target instanceof Element && target.closest(TYPING)) || document.querySelector("dialog[open]")) return;
		if (key !== "Escape" && !shortcutsOn()) return;
		// Firefox searches the page itself.
		if (key === "/" || key === "'") event.preventDefault();
		// Synchronous once loaded: a promise later the search may be open, and its letters would run shortcuts.
		if (loaded) loaded.press(key, desk);
		else
			loadCode(() => import("./lazy/keyboard.ts"), desk.page).then(
				(keys) => {
					loaded = keys;
					keys.press(key, desk);
				},
				() => {},
			);
	};
	document.addEventListener("keydown", keyboard);
	onCleanup(() => document.removeEventListener("keydown", keyboard));
}
