import { createMemo, For, type JSX, Show } from "solid-js";
import type { REMOVED, StatusChange } from "../../colony-bridge/protocol/query/rows.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { elapsed, instant } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import type { StatusMark, Tone } from "./status.ts";
import { type StatusPeriod, statusPeriods } from "./status-history.ts";

/** Height by severity, of 12. */
const HEIGHT: Record<Tone, number> = { off: 2, good: 4, calm: 4, honey: 6, warn: 8, bad: 12 };
/** Minimum width of a status, percent, so that short failures are visible. */
const MIN_WIDTH = 0.8;

/** Updates of a strip per time range. */
const STEPS = 500;

export interface StripProps<S extends string> {
	changes: readonly StatusChange<S | typeof REMOVED>[];
	range: string;
	/** Instant of the last report, if stale, ms. */
	staleSince?: number | undefined;
}

interface Props<S extends string> extends StripProps<S> {
	marks: Record<S, StatusMark>;
	/** @param troubles text of the periods in trouble, oldest first */
	label: (troubles: string) => string;
}

/** The statuses over a time range. Worse ones are taller, so that colour is not needed. */
export function StatusStrip<S extends string>(props: Props<S>): JSX.Element {
	const page = usePage();
	const ms = () => durationMs(props.range);
	const end = createMemo(() => Math.ceil((page.url.view().end ?? page.time.now()) / (ms() / STEPS)) * (ms() / STEPS));
	const all = createMemo(() => statusPeriods(props.changes, end() - ms(), Math.min(props.staleSince ?? end(), end())));
	const share = (at: number) => (100 * (at - end() + ms())) / ms();
	const words = ({ from, until, status, message = "" }: StatusPeriod<S>) =>
		`${props.marks[status].word} for ${elapsed(until - from)} from ${instant(from, page.time.inUtc())}${message && `: ${message}`}`;
	const troubles = () =>
		all()
			.filter(({ status }) => HEIGHT[props.marks[status].tone] > HEIGHT.honey)
			.map(words)
			.join(". ");
	return (
		<svg class="strip" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label={props.label(troubles())}>
			<For each={all()}>
				{(period) => {
					const { tone } = props.marks[period.status];
					const width = Math.max(MIN_WIDTH, share(period.until) - share(period.from));
					return (
						<rect
							class={`tone-${tone}`}
							x={Math.min(share(period.from), 100 - width).toFixed(2)}
							y={12 - HEIGHT[tone]}
							width={width.toFixed(2)}
							height={HEIGHT[tone]}
						>
							<title>{words(period)}</title>
						</rect>
					);
				}}
			</For>
			<Show when={props.staleSince !== undefined && share(props.staleSince) < 100 && props.staleSince}>
				{(since) => (
					<rect
						class="no-data"
						x={Math.max(0, share(since())).toFixed(2)}
						width={(100 - Math.max(0, share(since()))).toFixed(2)}
						height="12"
					/>
				)}
			</Show>
		</svg>
	);
}
