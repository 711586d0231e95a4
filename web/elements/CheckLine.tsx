import { type JSX, Show } from "solid-js";
import type { CheckRow } from "../../colony-bridge/protocol/rows.ts";
import { Glyph } from "./Glyph.tsx";
import { CHECK } from "./states.ts";
import { Ago, Since } from "./Time.tsx";

/** A check: its state, since when, when it last ran, in whose words. */
export function CheckLine(props: { id: string; check: CheckRow | undefined }): JSX.Element {
	const look = () => CHECK[props.check?.status ?? "unknown"];
	return (
		<li class="line">
			<Glyph shape={look().shape} tone={look().tone} />
			<span class="line-text">
				<strong class="cut" title={props.id}>
					{props.id}
				</strong>
				<span class="quiet line-message" title={props.check?.message}>
					{props.check ? props.check.message : "not reported"}
				</span>
			</span>
			<span class="line-side check-side">
				<span>
					{props.check ? look().word : "absent"}
					<Show when={props.check?.since}>
						{(since) => (
							<>
								{" for "}
								<Since at={since()} />
							</>
						)}
					</Show>
				</span>
				<Show when={props.check?.at}>
					{(at) => (
						<span class="quiet">
							ran <Ago at={at()} />
						</span>
					)}
				</Show>
			</span>
		</li>
	);
}
