/** The registry of shortcuts. Pages add theirs; `?` lists all. */
import { onCleanup, onMount } from "solid-js";

export interface Shortcut {
	/** One key or a sequence of two: `p`, `g w`. Letters in lower case. */
	keys: string;
	/** Shown in the list. */
	does: string;
	act(): void;
}

const registry = new Map<string, Shortcut>();

/** Adds shortcuts in place of existing ones with the same keys. @returns a function that restores those */
export function addShortcuts(shortcuts: readonly Shortcut[]): () => void {
	const before = shortcuts.map(({ keys }) => registry.get(keys));
	for (const shortcut of shortcuts) registry.set(shortcut.keys, shortcut);
	return () => {
		for (const [i, shortcut] of shortcuts.entries()) {
			if (registry.get(shortcut.keys) !== shortcut) continue;
			const old = before[i];
			if (old) registry.set(shortcut.keys, old);
			else registry.delete(shortcut.keys);
		}
	};
}

/** Adds shortcuts while the component is mounted. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
	onMount(() => onCleanup(addShortcuts(shortcuts)));
}

export const shortcuts = (): ReadonlyMap<string, Shortcut> => registry;

const KEY = "shortcuts";

/** Single-key shortcuts can be disabled, for users of speech input (WCAG 2.1.4). Stored in this browser. */
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
		// Without storage they stay enabled.
	}
}
