import { For, type JSX, Show } from "solid-js";
import type { CheckpointRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { CHECKPOINT } from "../../components/stream-status.ts";
import { Ago } from "../../components/Time.tsx";
import { quantity } from "../../format/number.ts";
import { elapsed } from "../../format/time.ts";
import { took } from "./columns.tsx";

/** Minimum height of a bar. */
const LEAST = 4;
const HEIGHT = 60;

/** Checkpoint durations, oldest first; a failed one has a sign and full height. The table below has the same data. */
export function CheckpointBars(props: { checkpoints: readonly CheckpointRow[] }): JSX.Element {
	const bars = () => props.checkpoints.toReversed();
	const longest = () => bars().reduce((most, checkpoint) => Math.max(most, took(checkpoint) ?? 0), 0);
	const height = (checkpoint: CheckpointRow) => {
		if (checkpoint.status === "failed") return HEIGHT;
		const share = checkpoint.status === "running" ? (checkpoint.progress ?? 0) : (took(checkpoint) ?? 0) / (longest() || 1);
		return Math.max(LEAST, share * HEIGHT);
	};
	const words = (checkpoint: CheckpointRow) =>
		[
			`checkpoint ${checkpoint.checkpoint} ${CHECKPOINT[checkpoint.status].word}`,
			took(checkpoint) !== undefined && `took ${elapsed(took(checkpoint) ?? 0)}`,
			checkpoint.bytes !== undefined && quantity(checkpoint.bytes, "bytes"),
			checkpoint.message,
		]
			.filter(Boolean)
			.join(", ");
	return (
		<div class="checkpoint-bars" aria-hidden="true">
			<svg viewBox={`0 0 ${Math.max(40, bars().length) * 10} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
				<For each={bars()}>
					{(checkpoint, i) => (
						<rect
							class={`checkpoint-bar checkpoint-${checkpoint.status}`}
							x={(i() + Math.max(0, 40 - bars().length)) * 10 + 1}
							width="8"
							y={HEIGHT - height(checkpoint)}
							height={height(checkpoint)}
						>
							<title>{words(checkpoint)}</title>
						</rect>
					)}
				</For>
			</svg>
			<p class="quiet checkpoint-ends">
				<span>
					<Show when={bars()[0]?.startedAt}>{(at) => <Ago at={at()} />}</Show>
				</span>
				<span>longest {elapsed(longest())}</span>
				<span>
					<Show when={bars().at(-1)?.startedAt}>{(at) => <Ago at={at()} />}</Show>
				</span>
			</p>
		</div>
	);
}
