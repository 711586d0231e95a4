import { For, type JSX, Show } from "solid-js";
import type { LogRow } from "../../../colony-bridge/protocol/view.ts";
import { Glyph } from "../../elements/Glyph.tsx";
import { Empty } from "../../elements/Panel.tsx";
import { ScrollBox } from "../../elements/ScrollBox.tsx";
import { LEVEL } from "../../elements/states.ts";
import { Ago } from "../../elements/Time.tsx";

/** @param label said to those who do not see the title. */
export function LogLines(props: { rows: readonly LogRow[]; label: string }): JSX.Element {
	return (
		<Show when={props.rows.length > 0} fallback={<Empty>No such line has been logged.</Empty>}>
			<ScrollBox class="log" label={props.label}>
				<ol>
					<For each={props.rows}>
						{(line) => (
							<li class="log-line">
								<span class="quiet log-time">
									<Ago at={line.at} />
								</span>
								<Glyph shape={LEVEL[line.level].shape} tone={LEVEL[line.level].tone} />
								<span class="log-text">
									<span class="hidden">{line.level} </span>
									<Show when={line.source}>
										<span class="log-source">{line.source} </span>
									</Show>
									{line.message}
								</span>
							</li>
						)}
					</For>
				</ol>
			</ScrollBox>
		</Show>
	);
}
