import { type JSX, Show } from "solid-js";
import type { Checkpoint } from "../../../colony-bridge/protocol/wire/state.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { Progress } from "../../components/Progress.tsx";
import { CHECKPOINT } from "../../components/stream-status.ts";
import { quantity } from "../../format/number.ts";
import { elapsed, relative } from "../../format/time.ts";
import { usePage } from "../../page/context.tsx";

/** The latest checkpoint: progress, or time, duration and size, or the reason of its failure. */
export function CheckpointCell(props: { checkpoint: Checkpoint | undefined }): JSX.Element {
	const page = usePage();
	// One text node, so that changes in length move nothing.
	const words = ({ startedAt, endedAt, bytes, message }: Checkpoint) => {
		const facts = [
			endedAt !== undefined && relative(endedAt, page.time.now()),
			startedAt !== undefined && endedAt !== undefined && `took ${elapsed(Math.max(0, endedAt - startedAt))}`,
			bytes !== undefined && quantity(bytes, "bytes"),
		];
		return [facts.filter(Boolean).join(", "), message].filter(Boolean).join(": ");
	};
	return (
		<Show when={props.checkpoint} fallback="–">
			{(checkpoint) => (
				<span class="named" title={`checkpoint ${checkpoint().id}${checkpoint().message ? `: ${checkpoint().message}` : ""}`}>
					<StatusLabel mark={CHECKPOINT[checkpoint().status]} />
					<Show
						when={checkpoint().status === "running" && checkpoint().progress !== undefined}
						fallback={<span class="quiet cut">{words(checkpoint())}</span>}
					>
						<Progress share={checkpoint().progress ?? 0} label="checkpoint" />
					</Show>
				</span>
			)}
		</Show>
	);
}
