/** Loads the code of a page, a chunk per page. */
import type { Component } from "solid-js";
import { loadCode } from "../page/load-code.ts";
import { folderOf } from "../page/titles.ts";

const chunks = import.meta.glob<{ default: Component }>("./*/page.tsx");

export async function loadPage(page: string, position: number): Promise<Component> {
	const load = chunks[`./${folderOf(page, position)}/page.tsx`];
	if (!load) throw new Error(`page ${page} is not part of this build`);
	return (await loadCode(load)).default;
}

export const loadWidgets = async (): Promise<Component> => (await loadCode(() => import("../widgets/grid/Grid.tsx"))).WidgetGrid;
