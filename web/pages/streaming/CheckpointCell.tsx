import { type JSX, Show } from "solid-js";
import type { Checkpoint } from "../../../colony-bridge/protocol/state.ts";
import { State } from "../../elements/Glyph.tsx";
import { Progress } from "../../elements/Progress.tsx";
import { CHECKPOINT } from "../../elements/states.ts";
import { Ago } from "../../elements/Time.tsx";
import { quantity } from "../../format/number.ts";
import { elapsed } from "../../format/time.ts";

/** The newest checkpoint: how far it is, or when it ended, how long it took and how large it is, or why it failed. */
export function CheckpointCell(props: { checkpoint: Checkpoint | undefined }): JSX.Element {
	const took = () => {
		const { startedAt, endedAt } = props.checkpoint ?? {};
		return startedAt === undefined || endedAt === undefined ? undefined : elapsed(Math.max(0, endedAt - startedAt));
	};
	return (
		<Show when={props.checkpoint} fallback="–">
			{(checkpoint) => (
				<span class="lines-2" title={`checkpoint ${checkpoint().id}${checkpoint().message ? `: ${checkpoint().message}` : ""}`}>
					<State look={CHECKPOINT[checkpoint().status]} />
					<Show
						when={checkpoint().status === "running" && checkpoint().progress !== undefined}
						fallback={
							<span class="quiet cut">
								<Show when={checkpoint().endedAt}>{(at) => <Ago at={at()} />}</Show>
								<Show when={took()}>, took {took()}</Show>
								<Show when={checkpoint().bytes !== undefined}>, {quantity(checkpoint().bytes ?? 0, "bytes")}</Show>
								<Show when={checkpoint().message}>: {checkpoint().message}</Show>
							</span>
						}
					>
						<Progress share={checkpoint().progress ?? 0} label="checkpoint" />
					</Show>
				</span>
			)}
		</Show>
	);
}
