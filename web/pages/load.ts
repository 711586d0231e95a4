/** Loads the code of a page, a chunk per page. */
import type { Component } from "solid-js";
import type { PageInput } from "../page/data.ts";
import { loadCode } from "../page/load-code.ts";
import { folderOf } from "../page/titles.ts";

const chunks = import.meta.glob<{ default: Component }>("./*/page.tsx");

export async function loadPage(input: PageInput): Promise<Component> {
	const load = chunks[`./${folderOf(input.page, input)}/page.tsx`];
	if (!load) throw new Error(`page ${input.page} is not part of this build`);
	return (await loadCode(load)).default;
}

/** Loads the band of a page of the past, and the keeper of its answers. */
export const loadPast = () => loadCode(() => import("../past/PastBand.tsx"));

export const loadWidgets = async (): Promise<Component> => (await loadCode(() => import("../widgets/grid/Grid.tsx"))).WidgetGrid;
