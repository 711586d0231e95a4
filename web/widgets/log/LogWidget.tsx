import { For, type JSX, Show } from "solid-js";
import { Glyph } from "../../elements/Glyph.tsx";
import { Empty, Shown } from "../../elements/Panel.tsx";
import { ScrollBox } from "../../elements/ScrollBox.tsx";
import { LEVEL } from "../../elements/states.ts";
import { Ago } from "../../elements/Time.tsx";
import { useAnswer } from "../../page-context.tsx";
import type { WidgetProps } from "../props.ts";

/** Log lines, newest first. */
export function LogWidget(props: WidgetProps<"log">): JSX.Element {
	const logs = useAnswer(props.index, "logs");
	const asked = () => [props.spec.filterLevel && `${props.spec.filterLevel} and worse`, props.spec.sources?.join(", ")].filter(Boolean);
	return (
		<>
			<p class="quiet widget-note cut">
				<Shown of={logs()} one="line" />
				<Show when={asked().length > 0}> · {asked().join(" · ")}</Show>
			</p>
			<Show when={logs().rows.length > 0} fallback={<Empty>No such line has been logged.</Empty>}>
				<ScrollBox class="log" label={props.spec.title}>
					<ol>
						<For each={logs().rows}>
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
		</>
	);
}
