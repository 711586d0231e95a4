import { type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { Lasted, Since } from "../../components/Time.tsx";
import { isDown } from "./worker-class.ts";

/** Time since a worker started or stopped. */
export function Uptime(props: { worker: WorkerRow; none: JSX.Element }): JSX.Element {
	return (
		<Show
			when={isDown(props.worker)}
			fallback={
				<Show when={props.worker.startedAt} fallback={props.none}>
					{(at) => <Since at={at()} until={props.worker.staleSince} />}
				</Show>
			}
		>
			<span class={props.worker.status === "failed" ? "tone-bad" : undefined}>
				down<Show when={props.worker.since}>{(at) => <> {<Lasted at={at()} />}</>}</Show>
			</span>
		</Show>
	);
}
