/** Pages and widgets as data: what a bridge announces, what a page draws. */
import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { Name } from "./names.ts";
import { WidgetSpec } from "./widgets/widgets.ts";

/** The first two of them with the same position. */
function overlapping(widgets: readonly WidgetSpec[]): [WidgetSpec, WidgetSpec] | undefined {
	const byPlace = new Map<string, WidgetSpec>();
	for (const widget of widgets) {
		if (!widget.position) continue;
		const place = widget.position.join();
		const other = byPlace.get(place);
		if (other) return [other, widget];
		byPlace.set(place, widget);
	}
	return undefined;
}

const Widgets = v.pipe(
	v.array(WidgetSpec),
	v.maxLength(LIMITS.widgets),
	v.check(
		(widgets) => overlapping(widgets) === undefined,
		({ input }) => {
			const [one, other] = overlapping(input) ?? [];
			return `"${one?.title}" and "${other?.title}" both stand at [${other?.position?.join(", ")}]; give one of them another place, or none`;
		},
	),
);

/** Names that belong to the dashboard itself: a custom page cannot take them. */
export const BUILT_IN_PAGES = ["overview", "workers", "tasks", "streaming", "metrics"] as const;
export type BuiltInPage = (typeof BUILT_IN_PAGES)[number];
const RESERVED: readonly string[] = [...BUILT_IN_PAGES, "api", "assets", "clusters", "login", "logout", "audit", "health", "runs"];

export const PageSpec = v.object({
	/** URL path under the cluster, one segment. */
	name: v.pipe(
		v.string(),
		v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a page name has lower-case letters, digits and dashes"),
		v.check((name) => !RESERVED.includes(name), `a page name must not be one of ${RESERVED.join(", ")}`),
	),
	title: Name,
	widgets: Widgets,
});
export type PageSpec = v.InferOutput<typeof PageSpec>;

export const Layout = v.object({
	/** Widgets added to Overview. */
	widgets: Widgets,
	pages: v.pipe(v.array(PageSpec), v.maxLength(100)),
});
export type Layout = v.InferOutput<typeof Layout>;
