/** Pages and widgets of all bridges together. */

import type { Layout, PageSpec } from "../../colony-bridge/protocol/layout.ts";
import { compareText } from "../rows/natural-order.ts";
import type { ClusterState } from "../state/cluster-state.ts";

/** Where several have a page of the same name, the dashboard's own is shown, else that of the first bridge by name. */
export function mergeLayouts(state: ClusterState): Layout {
	const links = [...state.links.values()].sort((a, b) => compareText(a.bridge, b.bridge));
	const pages = new Map<string, PageSpec>();
	const widgets: Layout["widgets"] = [];
	for (const { layout } of [state.own, ...links]) {
		widgets.push(...(layout?.widgets ?? []));
		for (const page of layout?.pages ?? []) if (!pages.has(page.name)) pages.set(page.name, page);
	}
	return { widgets, pages: [...pages.values()] };
}
