import { createMemo, For, type JSX, Show } from "solid-js";
import type { GONE, StatusChange } from "../../../colony-bridge/protocol/query/rows.ts";
import { durationMs } from "../../../colony-bridge/protocol/wire/measure.ts";
import type { Check } from "../../../colony-bridge/protocol/wire/state.ts";
import { CHECK } from "../../components/status.ts";
import { counted } from "../../format/number.ts";
import { elapsed, instant, roughly } from "../../format/time.ts";
import { usePage } from "../../page/context.tsx";
import { rangeInWords } from "../../view/range.ts";
import { failures, type Spell, spells } from "./check-lines.ts";

/** The strip moves on so often within its time. */
const STEPS = 500;
/** Every so often it is looked at how long the newest status has lasted, ms. */
const UPDATE_MS = 5000;
/** Worse is higher. Of twelve. */
type Status = Check["status"];
const HEIGHT: Record<Status, number> = { unknown: 2, ok: 4, warning: 8, failed: 12 };
/** A failure of a moment is still to be seen, percent of the width. */
const LEAST = 0.8;

/** When a check failed, and how long: a strip of a stretch of time, and the sum of it in words. */
export function CheckStrip(props: {
	id: string;
	changes: readonly StatusChange<Status | typeof GONE>[];
	range: string;
	/** Since when its bridge is silent, ms: nothing is known from there on. */
	silentSince: number | undefined;
}): JSX.Element {
	const page = usePage();
	const range = () => props.range;
	const step = () => durationMs(range()) / STEPS;
	const end = createMemo(() => Math.ceil((page.url.view().end ?? page.time.now()) / step()) * step());
	// A change newer than the last update of the clock counts.
	const now = createMemo(() =>
		Math.max((props.changes[0]?.at ?? 0) + 1, Math.floor((page.url.view().end ?? page.time.now()) / UPDATE_MS) * UPDATE_MS),
	);
	const all = createMemo(() => spells(props.changes, end() - durationMs(range()), Math.min(props.silentSince ?? now(), end())));
	const share = (at: number) => (100 * (at - end() + durationMs(range()))) / durationMs(range());
	const words = () => {
		const { times, ms } = failures(all());
		const time = props.silentSince === undefined ? `in ${rangeInWords(range())}` : "until then";
		return times === 0 ? `no failure ${time}` : `failed ${counted(times, "time")}, ${roughly(ms)} ${time}`;
	};
	const spellText = ({ from, until, status, message }: Spell<Status>) =>
		`${CHECK[status].word} for ${elapsed(until - from)} from ${instant(from, page.time.inUtc())}${message ? `: ${message}` : ""}`;
	return (
		<span class="check-strip">
			<svg
				viewBox="0 0 100 12"
				preserveAspectRatio="none"
				role="img"
				aria-label={`${props.id}: ${words()}. ${all()
					.filter(({ status }) => status === "failed")
					.map(spellText)
					.join(". ")}`}
			>
				<For each={all()}>
					{(spell) => {
						const width = Math.max(LEAST, share(spell.until) - share(spell.from));
						const x = Math.min(share(spell.from), 100 - width);
						return (
							<rect
								class={`strip-${spell.status} tone-${CHECK[spell.status].tone}`}
								x={x.toFixed(2)}
								y={12 - HEIGHT[spell.status]}
								width={width.toFixed(2)}
								height={HEIGHT[spell.status]}
							>
								<title>{spellText(spell)}</title>
							</rect>
						);
					}}
				</For>
				<Show when={props.silentSince !== undefined && share(props.silentSince) < 100 && props.silentSince}>
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
			<span class="quiet check-strip-words">{words()}</span>
		</span>
	);
}
