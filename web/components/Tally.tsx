import { For, type JSX } from "solid-js";
import { count, inFull } from "../format/number.ts";

/** A row of named counts. */
export function Tally(props: { of: [name: string, value: number][] }): JSX.Element {
	return (
		<dl class="counts" data-count={props.of.length}>
			<For each={props.of.map(([name]) => name)}>
				{(name, i) => (
					<div class="count">
						<dt>{name}</dt>
						<dd title={inFull(props.of[i()]?.[1] ?? 0)}>{count(props.of[i()]?.[1] ?? 0)}</dd>
					</div>
				)}
			</For>
		</dl>
	);
}
