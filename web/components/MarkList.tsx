import { For, type JSX, Show } from "solid-js";
import type { MarkRow } from "../../colony-bridge/protocol/query/rows.ts";
import { WorkerLink } from "./Links.tsx";
import { Empty } from "./Panel.tsx";
import { ScrollBox } from "./ScrollBox.tsx";
import { Ago } from "./Time.tsx";

/** Recent events, newest first. @param none text of an empty list */
export function MarkList(props: { rows: readonly MarkRow[]; none: JSX.Element }): JSX.Element {
	return (
		<Show when={props.rows.length > 0} fallback={<Empty>{props.none}</Empty>}>
			<ScrollBox class="lines" label="Events">
				<ol>
					<For each={props.rows}>
						{(mark) => (
							<li class="line">
								<span class="tag">{mark.kind}</span>
								<span class="line-text line-message">
									{mark.text} <WorkerLink id={mark.worker} />
								</span>
								<span class="line-side quiet">
									<Ago at={mark.at} />
								</span>
							</li>
						)}
					</For>
				</ol>
			</ScrollBox>
		</Show>
	);
}
