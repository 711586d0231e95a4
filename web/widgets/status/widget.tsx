import { createMemo, For, type JSX, Show } from "solid-js";
import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import type { Check } from "../../../colony-bridge/protocol/wire/state.ts";
import { CheckLine } from "../../components/CheckLine.tsx";
import { Empty, Shown } from "../../components/Panel.tsx";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { StatusStrip, type StripProps } from "../../components/StatusStrip.tsx";
import { CHECK } from "../../components/status.ts";
import { rangeFor, statusPeriods } from "../../components/status-history.ts";
import { counted } from "../../format/number.ts";
import { roughly } from "../../format/time.ts";
import { usePage } from "../../page/context.tsx";
import { rangeInWords } from "../../view/time.ts";
import type { WidgetProps } from "../props.ts";
import { checkLines, failures } from "./check-lines.ts";

/** Checks by name or glob, failed ones first; unreported ones are marked. Without names all checks. */
export default function StatusWidget(props: WidgetProps<"status">): JSX.Element {
	const page = usePage();
	const { answer: checks } = props;
	const lines = createMemo(() => checkLines(props.spec.checks, checks().rows));
	const byId = createMemo(() => new Map(lines().map(({ id, check }) => [id, check])));
	/** Range of the URL, else one range for all checks. */
	const range = createMemo(() => {
		const oldest = lines().reduce((least, { check }) => Math.min(least, check?.changes?.at(-1)?.at ?? least), page.time.now());
		return page.url.view().range ?? rangeFor(oldest, page.time.now());
	});
	const cut = () => checks().rows.length < checks().total;
	return (
		<>
			<Show when={cut()}>
				<p class="quiet widget-note">
					<Shown of={checks()} one="check" />
				</p>
			</Show>
			<Show when={lines().length > 0} fallback={<Empty>The colony reports no checks.</Empty>}>
				<ScrollBox class="lines" label={props.spec.title}>
					<ul>
						<For each={lines().map(({ id }) => id)}>
							{(id) => (
								<CheckLine id={id} check={byId().get(id)}>
									<Show when={byId().get(id)?.changes}>
										{(changes) => <CheckStrip id={id} changes={changes()} range={range()} staleSince={byId().get(id)?.staleSince} />}
									</Show>
								</CheckLine>
							)}
						</For>
					</ul>
				</ScrollBox>
			</Show>
		</>
	);
}

/** Update interval of the current status's duration, ms. */
const UPDATE_MS = 5000;

/** A check's status strip, and its failures in words. */
function CheckStrip(props: StripProps<Check["status"]> & { id: string }): JSX.Element {
	const page = usePage();
	/** Rounded: the strip itself updates less often. */
	const now = createMemo(() => Math.floor((page.url.view().end ?? page.time.now()) / UPDATE_MS) * UPDATE_MS);
	const words = () => {
		// Includes a change newer than the last update.
		const until = Math.max(now(), (props.changes[0]?.at ?? 0) + 1);
		const { times, ms } = failures(statusPeriods(props.changes, until - durationMs(props.range), props.staleSince ?? until));
		const time = props.staleSince === undefined ? `in ${rangeInWords(props.range)}` : "until then";
		return times === 0 ? `no failure ${time}` : `failed ${counted(times, "time")}, ${roughly(ms)} ${time}`;
	};
	return (
		<span class="check-strip">
			<StatusStrip {...props} marks={CHECK} label={(troubles) => `${props.id}: ${words()}. ${troubles}`} />
			<span class="quiet check-strip-words">{words()}</span>
		</span>
	);
}
