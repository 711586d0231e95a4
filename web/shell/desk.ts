/** What the shell can open: dialogs whose code comes when they are asked for. */
import type { Component } from "solid-js";
import type { Page } from "../page-context.tsx";

export interface PanelProps {
	desk: Desk;
	/** It has been closed. */
	closed(): void;
}

export interface Desk {
	readonly page: Page;
	/** Keys that were pressed while a dialog is on its way: meant for its field. Undefined: none is. */
	typed: string | undefined;
	/** Shows a dialog, in place of one that is there. */
	open(load: () => Promise<Component<PanelProps>>): void;
	/** Opens the choice of time. */
	time(): void;
}

export const openSearch = (desk: Desk): void => desk.open(async () => (await import("../search/later/Palette.tsx")).Palette);
export const openShortcuts = (desk: Desk): void => desk.open(async () => (await import("../keys/later/ShortcutList.tsx")).ShortcutList);
