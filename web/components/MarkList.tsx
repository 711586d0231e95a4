import type { JSX } from "solid-js";
import type { MarkRow } from "../../colony-bridge/protocol/query/rows.ts";
import { Line, Lines } from "./Lines.tsx";
import { WorkerLink } from "./Links.tsx";
import { Ago } from "./Time.tsx";

/** Recent events, newest first. */
export function MarkList(props: { rows: readonly MarkRow[] }): JSX.Element {
	return (
		<Lines label="Events" rows={props.rows}>
			{(mark) => (
				<Line before={<span class="tag">{mark.kind}</span>} side={<Ago at={mark.at} />}>
					<span class="line-message">
						{mark.text} <WorkerLink id={mark.worker} />
					</span>
				</Line>
			)}
		</Lines>
	);
}
