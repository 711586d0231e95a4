/**
 * The document of a custom widget's frame. Its HTML is untrusted: the sandboxed frame has its own origin, runs no script but ours (by
 * nonce) and loads nothing. Our script replaces the content, which avoids flashing and keeps scroll positions.
 */
import type { Theme, ThemeOrSystem } from "../../../colony-bridge/protocol/http/config.ts";
import tokens from "../../styles/tokens.css?raw";

/** Messages from the page to a custom widget's frame. The frame sends "ready" once it listens. */
export interface FrameMessage {
	theme: Theme;
	/** Content rendered at `at`, ms; absent: unchanged. */
	html?: string;
	at?: number;
}

/** Runs in the frame from its source text, so it may not use anything outside. */
function listen(): void {
	addEventListener("message", (event: MessageEvent<FrameMessage>) => {
		if (event.source !== parent) return;
		const { theme, html, at } = event.data;
		const { dataset } = document.documentElement;
		dataset.theme = theme;
		// Unchanged content is not replaced, which would flash and lose scroll positions.
		if (html === undefined || dataset.at === String(at)) return;
		dataset.at = String(at);
		document.body.innerHTML = html;
	});
	parent.postMessage("ready", "*");
}

/** The widget's own rules follow and take precedence. */
const STYLE = `${tokens}
html { background: var(--panel); color: var(--ink); font: var(--body)/1.45 var(--sans); font-variant-numeric: tabular-nums; }
body { margin: 0; padding: 0 var(--gap-4) var(--gap-3); overflow-wrap: anywhere; }
h1, h2, h3, h4 { margin: 0 0 var(--gap-2); font-size: var(--large); line-height: 1.3; }
p { margin: 0 0 var(--gap-2); }
table { border-collapse: collapse; }
th, td { padding: 0.2rem 0.6rem 0.2rem 0; text-align: start; border-bottom: 1px solid var(--line); }
a { color: var(--honey); }
img, svg { max-width: 100%; }
`;

/**
 * Disables elements that navigate (`<meta http-equiv="refresh">`) or connect (`<link>`) without a click, which no CSP prevents when the
 * frame is opened as a page.
 */
const staying = (html: string): string => html.replace(/<(?=meta|link)/gi, "<x-");

/** @param html as the program rendered it @param at instant, ms */
export function frameDocument(html: string, at: number, theme: ThemeOrSystem, nonce: string): string {
	return `<!doctype html>
<html lang="en"${theme === "system" ? "" : ` data-theme="${theme}"`} data-at="${at}">
<head>
<meta charset="utf-8">
<title>Custom widget</title>
<style>${STYLE}</style>
<script nonce="${nonce}">addEventListener("DOMContentLoaded", ${listen})</script>
</head>
<body>
${staying(html)}
</body>
</html>
`;
}
