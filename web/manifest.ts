/** Links a browser needs to install the dashboard on a phone or a desk. */
import { icons } from "virtual:assets";
import type { DashboardConfig } from "../colony-bridge/protocol/http/config.ts";

/** `--ground` of each theme, for what the browser draws around the page. */
export const THEME_COLORS = [
	["light", "#edf0f3"],
	["dark", "#10161c"],
] as const;

/** @param root prefix of every path @param base prefix of every path of the cluster that the installed page opens */
export const manifestPath = (root: string, base: string): string =>
	`${root}/manifest.webmanifest${base === root ? "" : `?cluster=${base.slice(base.lastIndexOf("/") + 1)}`}`;

export function webManifest({ title, theme }: Pick<DashboardConfig, "title" | "theme">, root: string, cluster: string): object {
	const [, color] = THEME_COLORS.find(([of]) => of === theme) ?? THEME_COLORS[1];
	const png = (name: "192" | "512" | "maskable", side: number) => ({
		src: root + icons[name],
		sizes: `${side}x${side}`,
		type: "image/png",
	});
	return {
		id: `${root}${cluster}/`,
		name: title,
		short_name: title.slice(0, 30),
		start_url: `${root}${cluster}/`,
		// Links lead to other clusters, and to sign in.
		scope: `${root}/`,
		display: "standalone",
		theme_color: color,
		background_color: color,
		icons: [
			{ src: root + icons.svg, sizes: "any", type: "image/svg+xml" },
			png("192", 192),
			png("512", 512),
			{ ...png("maskable", 512), purpose: "maskable" },
		],
	};
}
