import { type JSX, Show } from "solid-js";
import { begin, clock, elapsed, instant, relative, roughly } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import type { StatusMark } from "./status.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** The age of an instant; the exact time on hover. */
export function Ago(props: { at: number }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={instant(props.at, page.time.inUtc())}>
			{relative(props.at, page.time.now())}
		</time>
	);
}

/** An age, `20 min old`; the exact time on hover. */
export function Old(props: { at: number }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={`since ${instant(props.at, page.time.inUtc())}`}>
			{roughly(page.time.clock.now() - props.at)} old
		</time>
	);
}

/** The duration since an instant, or until the last report; the exact time on hover. */
export function Since(props: { at: number; until?: number | undefined }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={`since ${instant(props.at, page.time.inUtc())}`}>
			{elapsed((props.until ?? page.time.now()) - props.at)}
		</time>
	);
}

/** When something began: the time, with the date where that is not today's; exactly on hover. */
export function Begin(props: { at: number }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={instant(props.at, page.time.inUtc())}>
			{begin(props.at, page.time.now(), page.time.inUtc())}
		</time>
	);
}

/** An instant of today's: the time alone, exactly and with the date on hover. */
export function TimeOfDay(props: { at: number }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={instant(props.at, page.time.inUtc())}>
			{clock(props.at, page.time.inUtc())}
			{page.time.inUtc() ? " UTC" : ""}
		</time>
	);
}

/** The instant itself. */
export function At(props: { at: number }): JSX.Element {
	const page = usePage();
	return <time datetime={iso(props.at)}>{instant(props.at, page.time.inUtc())}</time>;
}

/** Of what is not heard: how it was when it was heard last, and when that was. Nothing for what is heard. */
export function LastHeard<S extends string>(props: {
	of: { silentSince?: number; lastStatus?: S };
	marks: Record<S, StatusMark>;
	fallback?: JSX.Element;
}): JSX.Element {
	return (
		<Show when={props.of.silentSince} fallback={props.fallback}>
			{(since) => (
				<span class="quiet cut">
					{props.of.lastStatus && `${props.marks[props.of.lastStatus].word} `}
					<Ago at={since()} />
				</span>
			)}
		</Show>
	);
}
