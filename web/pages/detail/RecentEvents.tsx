import type { JSX } from "solid-js";
import type { Rows } from "../../../colony-bridge/protocol/query/rows.ts";
import { MarkList } from "../../components/MarkList.tsx";
import { Panel, Shown } from "../../components/Panel.tsx";
import { LogLines } from "../../widgets/log/LogLines.tsx";
import { ErrorList } from "./ErrorList.tsx";

/** Errors, events and log lines of a worker or stream. */
export function RecentEvents(props: { of: string; errors: Rows<"errors">; marks: Rows<"marks">; logs: Rows<"logs"> }): JSX.Element {
	return (
		<div class="recent">
			<Panel title="Errors" class="recent-errors" note={<Shown of={props.errors} one="error" />}>
				<ErrorList rows={props.errors.rows} />
			</Panel>
			<Panel title="Events" class="recent-events" note={<Shown of={props.marks} one="event" />}>
				<MarkList rows={props.marks.rows} none={`No events of this ${props.of} yet.`} />
			</Panel>
			<Panel title="Logs" class="recent-logs" note={<Shown of={props.logs} one="line" />}>
				<LogLines rows={props.logs.rows} label="Logs" />
			</Panel>
		</div>
	);
}
