import type { JSX } from "solid-js";

/** Outline of a cell. */
const CELL = "M8 1.1 14 4.55v6.9L8 14.9 2 11.45v-6.9z";

/** The symbols that glyphs refer to, once per document. Rendered on the server only. */
export function GlyphSheet(): JSX.Element {
	return (
		<svg class="hidden" aria-hidden="true">
			<symbol id="glyph-check" viewBox="0 0 16 16">
				<path d={CELL} fill="currentColor" />
				<path d="M5 8.2l2.1 2.1L11.2 6" fill="none" stroke="var(--panel)" stroke-width="1.7" />
			</symbol>
			<symbol id="glyph-full" viewBox="0 0 16 16">
				<path d={CELL} fill="currentColor" />
			</symbol>
			<symbol id="glyph-ring" viewBox="0 0 16 16">
				<path d="M8 2.1 13.1 5v6L8 13.9 2.9 11V5z" fill="none" stroke="currentColor" stroke-width="1.8" />
			</symbol>
			<symbol id="glyph-dashed" viewBox="0 0 16 16">
				<path d="M8 2.1 13.1 5v6L8 13.9 2.9 11V5z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="3 1.9" />
			</symbol>
			<symbol id="glyph-hatched" viewBox="0 0 16 16">
				<path d="M8 2.1 13.1 5v6L8 13.9 2.9 11V5z" fill="none" stroke="currentColor" stroke-width="1.4" />
				<path d="M3.2 8.9 8.9 3.2M4.6 11.5l7-7M7.1 12.8l5.7-5.7" fill="none" stroke="currentColor" stroke-width="1.4" />
			</symbol>
			<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
				<path class="hatch" d="M0 0v7" />
			</pattern>
			<symbol id="glyph-alert" viewBox="0 0 16 16">
				<path d="M8 1.4 15.4 14.4H.6z" fill="currentColor" />
				<path d="M8 6v4M8 11.4v1.4" stroke="var(--panel)" stroke-width="1.7" />
			</symbol>
			<symbol id="glyph-cross" viewBox="0 0 16 16">
				<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
				<path d="M5.4 5.4l5.2 5.2m0-5.2-5.2 5.2" stroke="var(--panel)" stroke-width="1.7" />
			</symbol>
			<symbol id="glyph-stop" viewBox="0 0 16 16">
				<path d="M3 3h10v10H3z" fill="none" stroke="currentColor" stroke-width="1.8" />
			</symbol>
			<symbol id="glyph-question" viewBox="0 0 16 16">
				<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6" />
				<path d="M6.2 6.4C6.2 4 9.9 4.2 9.9 6.3 9.9 7.6 8 7.6 8 9.2M8 10.6v1.3" fill="none" stroke="currentColor" stroke-width="1.5" />
			</symbol>
			<symbol id="glyph-mute" viewBox="0 0 16 16">
				<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="3 2" />
				<path d="M4.6 8h6.8" stroke="currentColor" stroke-width="1.8" />
			</symbol>
		</svg>
	);
}
