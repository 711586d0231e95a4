import { type JSX, Show } from "solid-js";
import type { Rows } from "../../../colony-bridge/protocol/query/rows.ts";
import { MarkList } from "../../components/MarkList.tsx";
import { Panel, Shown } from "../../components/Panel.tsx";
import { LogLines } from "../../widgets/log/LogLines.tsx";
import { ErrorGroups } from "./ErrorGroups.tsx";

/** Errors, events and log of one worker or stream; what there is none of takes no room. */
export function RecentEvents(props: { errors: Rows<"errorGroups">; marks: Rows<"marks">; logs: Rows<"logs"> }): JSX.Element {
	const there = () => [props.errors, props.marks, props.logs].filter(({ rows }) => rows.length > 0).length;
	return (
		<div class="recent" data-there={there()}>
			<Show when={props.errors.rows.length > 0}>
				<ErrorGroups class="recent-errors" />
			</Show>
			<Show when={props.marks.rows.length > 0}>
				<Panel title="Events" class="recent-events" note={<Shown of={props.marks} one="event" />}>
					<MarkList rows={props.marks.rows} />
				</Panel>
			</Show>
			<Show when={props.logs.rows.length > 0}>
				<Panel title="Logs" class="recent-logs" note={<Shown of={props.logs} one="line" />}>
					<LogLines rows={props.logs.rows} label="Logs" />
				</Panel>
			</Show>
		</div>
	);
}
