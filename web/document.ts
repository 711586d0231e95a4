/** The HTML document of a page: preloads and embedded data. */
import { entry, icons, scripts, styles } from "virtual:assets";
import { generateHydrationScript } from "solid-js/web";
import { escapeHtml } from "./format/html.ts";
import { manifestPath, THEME_COLORS } from "./manifest.ts";
import { DATA_ID, ROOT_ID } from "./page/data.ts";
import type { PageContext } from "./page/pages.d.ts";

// The types are those of solid-js' browser build, which takes no options.
const hydrationScript = generateHydrationScript as (options?: { nonce: string }) => string;

export interface DocumentParts {
	title: string;
	/** For search engines and link previews. */
	description: string;
	context: PageContext;
	body: string;
	/** The symbols of glyphs. */
	glyphs?: string;
	/** Folders of the page's code, and its data as JSON; absent: a document without script. */
	live?: { folders: string[]; data: string };
	/** Script of a document without the pages' own. */
	script?: string;
}

export function htmlDocument({ title, description, context, body, glyphs, live, script }: DocumentParts): string {
	const { config, theme, nonce, root } = context;
	const preload = new Set(live?.folders.flatMap((folder) => scripts[folder] ?? []));
	const head = [
		'<meta charset="utf-8">',
		`<title>${escapeHtml(title)}</title>`,
		`<meta name="description" content="${escapeHtml(description)}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		'<meta name="color-scheme" content="dark light">',
		`<link rel="icon" href="${root}${icons.svg}" type="image/svg+xml">`,
		`<link rel="apple-touch-icon" href="${root}${icons.maskable}">`,
		`<link rel="manifest" href="${manifestPath(root, context.base)}">`,
		...THEME_COLORS.filter(([of]) => theme === "system" || theme === of).map(
			([of, ground]) =>
				`<meta name="theme-color" content="${ground}"${theme === "system" ? ` media="(prefers-color-scheme: ${of})"` : ""}>`,
		),
		...styles.map((href) => `<link rel="stylesheet" href="${root}${href}">`),
		...(config.customCss ? [`<link rel="stylesheet" href="${escapeHtml(config.customCss)}">`] : []),
		...[...preload].map((href) => `<link rel="modulepreload" href="${root}${href}">`),
		...(live ? [hydrationScript({ nonce }), `<script type="module" src="${root}${entry}"></script>`] : []),
	];
	const data = live ? `<script type="application/json" id="${DATA_ID}">${live.data}</script>` : "";
	return `<!doctype html>
<html lang="en"${theme === "system" ? "" : ` data-theme="${theme}"`}>
<head>
${head.join("\n")}
</head>
<body>
${glyphs ?? ""}
<div id="${ROOT_ID}">${body}</div>
${data}${script ? `<script type="module" nonce="${nonce}">${script}</script>` : ""}
</body>
</html>
`;
}
