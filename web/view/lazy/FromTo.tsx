import { createMemo, createSignal, type JSX, Show, untrack } from "solid-js";
import { LONGEST_RANGE } from "../../../colony-bridge/protocol/query/retention.ts";
import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import { usePage } from "../../page/context.tsx";
import { iso, rangeInWords } from "../time.ts";
import { fromInput, toInput } from "./instant-input.ts";

const UNITS = ["w", "d", "h", "m", "s"] as const;

/** The shortest text of a duration; rounded up if it would be too long. */
function rangeText(ms: number): string {
	const unit = UNITS.find((each) => ms % durationMs(`1${each}`) === 0) ?? "s";
	const fitting = [...UNITS.slice(0, UNITS.indexOf(unit) + 1)].reverse();
	for (const each of fitting) {
		const amount = Math.max(1, Math.ceil(ms / durationMs(`1${each}`)));
		if (amount < 1e6) return `${amount}${each}`;
	}
	return LONGEST_RANGE;
}

/** A form for an absolute time range. */
export function FromTo(): JSX.Element {
	const page = usePage();
	const [refusal, setRefusal] = createSignal("");
	let from!: HTMLInputElement;
	let to!: HTMLInputElement;
	// Follows the URL and the time zone but not the clock, as somebody may be typing.
	const view = createMemo(() => {
		const { range = "15m", end } = page.url.view();
		const last = end ?? untrack(page.time.clock.now);
		return { from: toInput(last - durationMs(range), page.time.inUtc()), to: toInput(last, page.time.inUtc()) };
	});

	const apply = (event: SubmitEvent) => {
		event.preventDefault();
		const inUtc = page.time.inUtc();
		const [start, end] = [fromInput(from.value, inUtc), fromInput(to.value, inUtc)];
		if (Number.isNaN(start) || Number.isNaN(end)) return setRefusal("Enter both instants.");
		if (start >= end) return setRefusal("End is before start.");
		if (start > page.time.clock.now()) return setRefusal("In the future.");
		if (end - start > durationMs(LONGEST_RANGE)) return setRefusal(`At most ${rangeInWords(LONGEST_RANGE)}.`);
		setRefusal("");
		page.url.change({ end: iso(end), range: rangeText(Math.floor(end / 1000) * 1000 - Math.floor(start / 1000) * 1000) });
	};
	return (
		<form class="time-line" on:submit={apply}>
			<label class="field">
				<span>From</span>
				<input ref={from} type="datetime-local" step="1" required value={view().from} />
			</label>
			<label class="field">
				<span>To</span>
				<input ref={to} type="datetime-local" step="1" required value={view().to} />
			</label>
			<button type="submit" class="button button-small">
				Show
			</button>
			<Show when={refusal()}>
				<p role="alert" class="form-refusal">
					{refusal()}
				</p>
			</Show>
		</form>
	);
}
