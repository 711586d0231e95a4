import { createMemo, type JSX, Show } from "solid-js";
import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import { CheckLine } from "../../components/CheckLine.tsx";
import { Lines } from "../../components/Lines.tsx";
import { MarkList } from "../../components/MarkList.tsx";
import { Panel, Shown } from "../../components/Panel.tsx";
import { StatusStrip } from "../../components/StatusStrip.tsx";
import { CHECK } from "../../components/status.ts";
import { rangeFor } from "../../components/status-history.ts";
import { roughly } from "../../format/time.ts";
import { useAnswer, usePage, Widgets } from "../../page/context.tsx";
import { ErrorGroups } from "../detail/ErrorGroups.tsx";
import { Counts } from "./Counts.tsx";
import { LeftOut } from "./LeftOut.tsx";
import { VerdictBand } from "./VerdictBand.tsx";

/**
 * The frame of every Overview around its middle. A panel for what was never reported takes no room; how many there are is said beforehand, so that
 * each is in its place while the document arrives.
 */
export function Frame(props: {
	children: JSX.Element;
	tasks?: JSX.Element;
	hive?: JSX.Element;
	/** Which of the two are there. */
	has?: { tasks: boolean; hive: boolean };
}): JSX.Element {
	const page = usePage();
	const checks = useAnswer("checks");
	const marks = useAnswer("marks");
	const reported = () => page.data.cluster().reported;
	/** One for all checks, so that they can be compared. */
	const range = createMemo(() => {
		const now = page.time.now();
		return rangeFor(
			checks().rows.reduce((first, { changes }) => Math.min(first, changes?.at(-1)?.at ?? first), now),
			now,
		);
	});
	const many = (...there: unknown[]) => there.filter(Boolean).length;
	const wide = () => many(props.has?.tasks, reported().errors);
	const narrow = () => many(reported().checks, marks().total, props.has?.hive);
	return (
		<div class="overview">
			<VerdictBand />
			<LeftOut />
			<Counts />
			<Widgets />
			{props.children}
			<div class="overview-lists" data-wide={wide()} data-narrow={narrow()} data-columns={3 * wide() + 2 * narrow()}>
				{props.tasks}
				<Show when={reported().errors}>
					<ErrorGroups class="area-errors" />
				</Show>
				<Show when={reported().checks}>
					<Panel title="Checks" anchor="checks" class="area-checks" gone={reported().checks} note={<Shown of={checks()} one="check" />}>
						<Lines label="Checks" rows={checks().rows}>
							{(check) => (
								<CheckLine id={check.id} check={check}>
									<StatusStrip
										changes={check.changes ?? []}
										range={range()}
										staleSince={check.staleSince}
										marks={CHECK}
										label={(troubles) => `${check.id} in the last ${roughly(durationMs(range()))}: ${troubles || "no trouble"}`}
									/>
								</CheckLine>
							)}
						</Lines>
					</Panel>
				</Show>
				<Show when={marks().total > 0}>
					<Panel title="Events" anchor="events" class="area-marks" note={<Shown of={marks()} one="event" />}>
						<MarkList rows={marks().rows} />
					</Panel>
				</Show>
				{props.hive}
			</div>
		</div>
	);
}
