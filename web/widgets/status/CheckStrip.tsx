import { createMemo, type JSX } from "solid-js";
import { durationMs } from "../../../colony-bridge/protocol/wire/measure.ts";
import type { Check } from "../../../colony-bridge/protocol/wire/state.ts";
import { StatusStrip, type StripProps } from "../../components/StatusStrip.tsx";
import { CHECK } from "../../components/status.ts";
import { statusPeriods } from "../../components/status-history.ts";
import { counted } from "../../format/number.ts";
import { roughly } from "../../format/time.ts";
import { usePage } from "../../page/context.tsx";
import { rangeInWords } from "../../view/time.ts";
import { failures } from "./check-lines.ts";

/** Update interval of the current status's duration, ms. */
const UPDATE_MS = 5000;

/** A check's status strip, and its failures in words. */
export function CheckStrip(props: StripProps<Check["status"]> & { id: string }): JSX.Element {
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
