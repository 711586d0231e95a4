import { For, type JSX, Show } from "solid-js";
import type { ErrorRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { TaskLink, WorkerLink } from "../../components/Links.tsx";
import { brief, OnDemand } from "../../components/OnDemand.tsx";
import { Empty } from "../../components/Panel.tsx";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { Ago } from "../../components/Time.tsx";

/** The stack of an error, and its message if long. */
const details = ({ message, stack }: ErrorRow): string | undefined =>
	brief(message, CLAMPED) === message ? stack : [message, stack].filter(Boolean).join("\n\n");

/** Characters that always fit the two lines of a message. */
const CLAMPED = 80;

/** Errors, newest first, with stacks on demand. */
export function ErrorList(props: { rows: readonly ErrorRow[] }): JSX.Element {
	return (
		<Show when={props.rows.length > 0} fallback={<Empty>No error has been reported.</Empty>}>
			<ScrollBox class="lines" label="Recent errors">
				<ol>
					<For each={props.rows}>
						{(error) => (
							<li class="line error-line">
								<Glyph shape="cross" tone="bad" />
								<div class="line-text">
									<p class="error-message">
										<Show when={error.type}>
											<strong>{error.type}: </strong>
										</Show>
										{brief(error.message)}
									</p>
									<p class="quiet error-where">
										{[error.name, error.task && "task "].filter(Boolean).join(" · ")}
										<Show when={error.task}>{(task) => <TaskLink id={task()} class="worker-link" />}</Show>
										<Show when={error.worker}>
											{error.name || error.task ? " · on " : "on "}
											<WorkerLink id={error.worker} />
										</Show>
									</p>
									<Show when={details(error)}>{(text) => <OnDemand summary={error.stack ? "Stack" : "All of it"} text={text()} />}</Show>
								</div>
								<span class="line-side quiet">
									<Ago at={error.at} />
								</span>
							</li>
						)}
					</For>
				</ol>
			</ScrollBox>
		</Show>
	);
}
