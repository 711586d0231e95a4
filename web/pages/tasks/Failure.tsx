import { createSignal, type JSX } from "solid-js";
import type { TaskHistoryAnswer } from "../../../colony-bridge/protocol/http/rest.ts";
import { rowCursor } from "../../../colony-bridge/protocol/query/row-cursor.ts";
import type { EndedRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { Problem } from "../../../colony-bridge/protocol/wire/problem.ts";
import { brief, OnDemand } from "../../components/OnDemand.tsx";
import { usePage } from "../../page/context.tsx";

/** An error in one line. Message and stack are fetched on opening. @param number of the completed task */
export function Failure(props: { error: NonNullable<EndedRow["error"]>; number: string }): JSX.Element {
	const page = usePage();
	const cursor = () => rowCursor(Number(props.number) + 1, page.data.log());
	const [fetched, setFetched] = createSignal<{ at: string; error: EndedRow["error"] }>();
	const whole = () => (fetched()?.at === cursor() ? fetched()?.error : undefined);
	const line = () => [props.error.type, props.error.message].filter(Boolean).join(": ");
	const [refused, setRefused] = createSignal<{ at: string; why: string }>();
	const text = () => {
		const { message, stack } = whole() ?? props.error;
		const lacks = refused()?.at === cursor() && `There is no more of it: ${refused()?.why}`;
		return [message, stack, lacks].filter(Boolean).join("\n\n");
	};
	const fetchWhole = async () => {
		if (whole()) return;
		const at = cursor();
		setRefused(undefined);
		try {
			const response = await fetch(`${page.links.path("/api/tasks/history")}?cursor=${at}&status=failed&limit=1`);
			if (!response.ok) throw await response.json();
			const [task] = ((await response.json()) as TaskHistoryAnswer).tasks;
			if (String(task?.number) !== props.number) throw new Error("the dashboard no longer has this end.");
			setFetched({ at, error: task?.error });
		} catch (error) {
			const { detail, message } = error as Partial<Problem & Error>;
			setRefused({ at, why: detail ?? message ?? "the dashboard did not answer." });
		}
	};
	return <OnDemand class="failure" opened={fetchWhole} summary={<span class="cut">{brief(line())}</span>} text={text()} />;
}
