/** All single-key shortcuts there are: pages add theirs, the list that `?` shows is made from this. */
import { onCleanup, onMount } from "solid-js";

export interface Shortcut {
	/** One key, or two after each other: `p`, `g w`. A letter is a lower-case one. */
	keys: string;
	/** Its description in the list: "Pause". */
	does: string;
	act(): void;
}

const known = new Map<string, Shortcut>();

/** @returns what takes them away again. One that is there gives way as long. */
export function addShortcuts(shortcuts: readonly Shortcut[]): () => void {
	const before = shortcuts.map(({ keys }) => known.get(keys));
	for (const shortcut of shortcuts) known.set(shortcut.keys, shortcut);
	return () => {
		for (const [i, shortcut] of shortcuts.entries()) {
			if (known.get(shortcut.keys) !== shortcut) continue;
			const old = before[i];
			if (old) known.set(shortcut.keys, old);
			else known.delete(shortcut.keys);
		}
	};
}

/** Shortcuts of a component, as long as it is on the page. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
	onMount(() => onCleanup(addShortcuts(shortcuts)));
}

export const shortcuts = (): ReadonlyMap<string, Shortcut> => known;

const KEY = "shortcuts";

/** Who speaks to the computer, or hits keys unawares, can do without (WCAG 2.1.4). Kept for this browser. */
export function shortcutsOn(): boolean {
	try {
		return localStorage.getItem(KEY) !== "off";
	} catch {
		return true;
	}
}

export function switchShortcuts(on: boolean): void {
	try {
		if (on) localStorage.removeItem(KEY);
		else localStorage.setItem(KEY, "off");
	} catch {
		// A browser that keeps nothing has them on.
	}
}
