import * as v from "valibot";

export const Theme = v.picklist(["dark", "light"], 'theme is "dark" or "light"');
export type Theme = v.InferOutput<typeof Theme>;

const StyleOrImage = v.pipe(
	v.string(),
	v.check(
		(text) => text.startsWith("/") || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)),
		"write an http(s) URL or a path that starts with /",
	),
);

/** Appearance and behaviour of a dashboard. */
export const DashboardConfig = v.strictObject({
	/** Browser title. */
	title: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200)), "HiveFrame Dashboard"),
	theme: v.optional(Theme, "dark"),
	/** How often a page without a socket asks again, in ms. */
	refreshIntervalMs: v.optional(
		v.pipe(v.number(), v.integer(), v.minValue(250, "refreshIntervalMs is at least 250 ms"), v.maxValue(3_600_000)),
		5000,
	),
	authEnabled: v.optional(v.boolean(), false),
	/** User name to password. */
	authUsers: v.optional(
		v.record(v.string(), v.pipe(v.string("a password is text"), v.minLength(1, "a password is not empty")), "write {user: password}"),
	),
	/** No controls. */
	readonly: v.optional(v.boolean(), false),
	/** URL of a stylesheet loaded after ours. */
	customCss: v.optional(StyleOrImage),
	/** URL of a logo shown instead of ours. */
	logoUrl: v.optional(StyleOrImage),
});
export type DashboardConfig = v.InferOutput<typeof DashboardConfig>;
/** What a caller writes: every field may be left out. */
export type DashboardConfigInput = v.InferInput<typeof DashboardConfig>;
