import type { JSX } from "solid-js";
import { clock, elapsed, local, relative, utc } from "../format/time.ts";
import { usePage } from "../page-context.tsx";

/** The exact instant: UTC until the page knows its reader's time zone. */
const exact = (at: number, hydrated: boolean): string => (hydrated ? local(at) : utc(at));
const iso = (at: number): string => new Date(at).toISOString();

/** How long ago; exactly when, on hover. */
export function Ago(props: { at: number }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={exact(props.at, page.hydrated())}>
			{relative(props.at, page.now())}
		</time>
	);
}

/** How long since; exactly since when, on hover. */
export function Since(props: { at: number }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={`since ${exact(props.at, page.hydrated())}`}>
			{elapsed(page.now() - props.at)}
		</time>
	);
}

/** An instant of today's: the time alone, exactly and with the date on hover. */
export function TimeOfDay(props: { at: number }): JSX.Element {
	const page = usePage();
	return (
		<time datetime={iso(props.at)} title={exact(props.at, page.hydrated())}>
			{page.hydrated() ? clock(props.at) : `${iso(props.at).slice(11, 19)} UTC`}
		</time>
	);
}

/** The instant itself. */
export function At(props: { at: number }): JSX.Element {
	const page = usePage();
	return <time datetime={iso(props.at)}>{exact(props.at, page.hydrated())}</time>;
}
