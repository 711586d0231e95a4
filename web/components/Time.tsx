import { type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import { begin, clock, elapsed, instant, relative, roughly } from "../format/time.ts";
import { type Page, usePage } from "../page/context.tsx";
import type { StatusMark } from "./status.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** An instant as text relative to the page's clock, exact on hover. @param props.since the text is the duration since then */
function Worded(props: { at: number; since?: boolean; words(page: Page): string }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={`${props.since ? "since " : ""}${instant(props.at, page.time.inUtc())}`}>
			{props.words(page)}
		</time>
	);
}

/** The age of an instant. */
export const Ago = (props: { at: number }): JSX.Element => <Worded at={props.at} words={({ time }) => relative(props.at, time.now())} />;

/** `20 min old`. */
export const Old = (props: { at: number }): JSX.Element => (
	<Worded at={props.at} since words={({ time }) => `${roughly(time.clock.now() - props.at)} old`} />
);

/** The duration since an instant, or until the last report. */
export const Since = (props: { at: number; until?: number | undefined }): JSX.Element => (
	<Worded at={props.at} since words={({ time }) => elapsed((props.until ?? time.now()) - props.at)} />
);

/** The same in one whole unit. @param props.current keeps counting while the page is paused */
export const Lasted = (props: { at: number; current?: boolean }): JSX.Element => (
	<Worded at={props.at} since words={({ time }) => roughly((props.current ? time.clock : time).now() - props.at)} />
);

/** The time, with the date if it is not today. */
export const Begin = (props: { at: number }): JSX.Element => (
	<Worded at={props.at} words={({ time }) => begin(props.at, time.now(), time.inUtc())} />
);

export const TimeOfDay = (props: { at: number }): JSX.Element => (
	<Worded at={props.at} words={({ time }) => `${clock(props.at, time.inUtc())}${time.inUtc() ? " UTC" : ""}`} />
);

export function At(props: { at: number }): JSX.Element {
	const page = usePage();
	return <time datetime={iso(props.at)}>{instant(props.at, page.time.inUtc())}</time>;
}

/** Last status and age of the last report of something stale; renders nothing for anything else. */
export function LastHeard<S extends string>(props: {
	of: Pick<WorkerRow, "staleSince"> & { lastStatus?: S };
	marks: Record<S, StatusMark>;
	fallback?: JSX.Element;
}): JSX.Element {
	return (
		<Show when={props.of.staleSince} fallback={props.fallback}>
			{(since) => (
				<span class="quiet cut">
					{props.of.lastStatus && `${props.marks[props.of.lastStatus].word} `}
					<Ago at={since()} />
				</span>
			)}
		</Show>
	);
}
