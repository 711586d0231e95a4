import type { JSX } from "solid-js";
import type { MarkRow } from "../../colony-bridge/protocol/query/rows.ts";
import { usePage } from "../page/context.tsx";
import { loadCode } from "../page/load-code.ts";
import { Line, Lines } from "./Lines.tsx";
import { WorkerLink } from "./Links.tsx";
import { Ago } from "./Time.tsx";

/** Recent events, newest first. Annotations open their form. */
export function MarkList(props: { rows: readonly MarkRow[] }): JSX.Element {
	const page = usePage();
	const open = (mark: MarkRow) =>
		loadCode(() => import("../control/lazy/Annotation.tsx"), page).then(
			({ openAnnotation }) => openAnnotation(page, mark),
			() => {},
		);
	return (
		<Lines label="Events" rows={props.rows}>
			{(mark) => (
				<Line before={<span class="tag">{mark.kind}</span>} side={<Ago at={mark.at} />}>
					<span class="line-message">
						{mark.text} <WorkerLink id={mark.worker} />
						{mark.written && (
							<button
								type="button"
								class="line-by quiet"
								disabled={page.input.config.readonly || !page.display.hydrated()}
								on:click={() => void open(mark)}
							>
								{mark.written.by.name ? `by ${mark.written.by.name}` : "Change"}
							</button>
						)}
					</span>
				</Line>
			)}
		</Lines>
	);
}
