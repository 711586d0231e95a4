import { type JSX, Show } from "solid-js";
import type { CheckRow } from "../../colony-bridge/protocol/query/rows.ts";
import { Glyph } from "./Glyph.tsx";
import { Line } from "./Lines.tsx";
import { CHECK } from "./status.ts";
import { Ago, LastHeard, Since } from "./Time.tsx";

/** A check: status, time in that status, last run, message; details below. */
export function CheckLine(props: { id: string; check: CheckRow | undefined; children?: JSX.Element }): JSX.Element {
	const mark = () => CHECK[props.check?.status ?? "unknown"];
	/** Instant as reported, else that of the last observed change. */
	const since = () => props.check?.since ?? props.check?.changes?.[0]?.at;
	return (
		<Line
			class="line-check"
			before={<Glyph shape={mark().shape} tone={mark().tone} />}
			side={
				<>
					<span>
						{props.check ? mark().word : "absent"}
						{props.check?.staleSince === undefined ? " " : ", "}
						<LastHeard
							of={props.check ?? {}}
							marks={CHECK}
							fallback={
								<Show when={since()}>
									{(at) => (
										<>
											for <Since at={at()} />
										</>
									)}
								</Show>
							}
						/>
					</span>
					<Show when={props.check?.at}>
						{(at) => (
							<span class="quiet">
								ran <Ago at={at()} />
							</span>
						)}
					</Show>
				</>
			}
			below={props.children}
		>
			<strong class="cut" title={props.id}>
				{props.id}
			</strong>
			<span class="quiet line-message" title={props.check?.message}>
				{props.check ? props.check.message : "not reported"}
			</span>
		</Line>
	);
}
