import { For, type JSX } from "solid-js";
import type { Cells } from "./cells.ts";
import { STATE_LOOKS } from "./looks.ts";

/** Until the canvas is drawn, and where no script runs: how many cells have each look, as a bar over the whole box. */
export function FirstPicture(props: { cells: Cells }): JSX.Element {
	const share = (n: number) => (n / Math.max(1, props.cells.count)) * 100;
	const before = (look: number) => props.cells.tally.slice(0, look).reduce((sum, n) => sum + n, 0);
	return (
		<svg class="comb-first" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
			<For each={props.cells.tally.flatMap((n, look) => (n > 0 ? [look] : []))}>
				{(look) => (
					<rect
						class={props.cells.scale ? `scale-${look}` : `tone-${STATE_LOOKS[look]?.tone} shape-${STATE_LOOKS[look]?.shape}`}
						x={share(before(look))}
						width={share(props.cells.tally[look] ?? 0)}
						height="100"
					/>
				)}
			</For>
		</svg>
	);
}
