import { createSignal, type JSX } from "solid-js";
import type { TaskHistoryAnswer } from "../../../colony-bridge/protocol/rest.ts";
import { rowCursor } from "../../../colony-bridge/protocol/row-cursor.ts";
import type { EndedRow } from "../../../colony-bridge/protocol/rows.ts";
import { brief, OnDemand } from "../../elements/OnDemand.tsx";
import { usePage } from "../../page-context.tsx";

/** What went wrong in a line. The whole of it, with its stack, is fetched when it is opened. @param number of the end */
export function Failure(props: { error: NonNullable<EndedRow["error"]>; number: string }): JSX.Element {
	const page = usePage();
	const cursor = () => rowCursor(Number(props.number) + 1, page.log());
	const [fetched, setFetched] = createSignal<{ at: string; error: EndedRow["error"] }>();
	const whole = () => (fetched()?.at === cursor() ? fetched()?.error : undefined);
	const line = () => [props.error.type, props.error.message].filter(Boolean).join(": ");
	const text = () => {
		const { message, stack } = whole() ?? props.error;
		return [message, stack].filter(Boolean).join("\n\n");
	};
	const fetchWhole = async () => {
		if (whole()) return;
		const at = cursor();
		const response = await fetch(`${page.path("/api/tasks/history")}?cursor=${at}&status=failed&limit=1`);
		if (!response.ok) return;
		const [task] = ((await response.json()) as TaskHistoryAnswer).tasks;
		if (String(task?.number) === props.number) setFetched({ at, error: task?.error });
	};
	return (
		<OnDemand
			class="failure"
			opened={() => void fetchWhole().catch(() => {})}
			summary={<span class="cut">{brief(line())}</span>}
			text={text()}
		/>
	);
}
