/** Pages and widgets of all bridges together. */

import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { Html } from "../../colony-bridge/protocol/query/view.ts";
import { compareText, shorten } from "../../colony-bridge/protocol/values/text.ts";
import type { Layout, PageSpec } from "../../colony-bridge/protocol/wire/layout.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { DrawnWidget } from "../state/link.ts";

/** Among pages of one name the dashboard's own is shown, else that of the first bridge by name. */
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

/** Drawings of custom widgets. */
const NOTHING: Html = { kind: "html" };
/** The same drawing is the same answer, which is known at once for no change. */
const answers = new WeakMap<DrawnWidget, { whole: Html; brief: Html }>();
/** Characters of a failure's message that are forms where the drawing is not asked for. */
const BRIEF = 500;

export function html(state: ClusterState, { id, content = true }: QueryOf<"html">): Html {
	for (const { html } of [state.own, ...state.links.values()]) {
		const drawn = html.get(id);
		if (!drawn) continue;
		const forms = answers.get(drawn) ?? { whole: { kind: "html", ...drawn }, brief: brief(drawn) };
		answers.set(drawn, forms);
		return content ? forms.whole : forms.brief;
	}
	return NOTHING;
}

function brief({ at, drawing }: DrawnWidget): Html {
	if (drawing.type === "html") return { kind: "html", at, drawn: true };
	const { message } = drawing;
	return { kind: "html", at, drawing: { ...drawing, message: shorten(message, BRIEF, BRIEF) } };
}
