import { createUniqueId, type JSX, Show } from "solid-js";
import { count, counted } from "../format/number.ts";

export interface PanelProps {
	title: string;
	/** Told on hover; absent: the title, which may be cut. */
	about?: string | undefined;
	/** Beside the title: how many of how many, a unit, a range. */
	note?: JSX.Element;
	/** Class that places and sizes it. */
	class?: string;
	/** Its name in addresses, behind the `#`. */
	anchor?: string;
	children: JSX.Element;
}

/** A titled box. Its height is its place's, never its content's, so that nothing moves when values change. */
export function Panel(props: PanelProps): JSX.Element {
	const id = createUniqueId();
	return (
		<section id={props.anchor} class={`panel ${props.class ?? ""}`} aria-labelledby={id}>
			<div class="panel-head">
				<h2 id={id} class="cut" title={props.about ?? props.title}>
					{props.title}
				</h2>
				<span class="panel-note">{props.note}</span>
			</div>
			{props.children}
		</section>
	);
}

/** Said in place of what is not there. */
export function Empty(props: { children: JSX.Element }): JSX.Element {
	return (
		<p class="empty">
			<span>{props.children}</span>
		</p>
	);
}

export interface Extent {
	total: number;
	seen?: number;
	rows: readonly unknown[];
}

/** The number of rows shown out of all: a cut is always visible. */
export function Shown(props: { of: Extent; one: string; many?: string }): JSX.Element {
	const all = () => counted(props.of.total, props.one, props.many);
	return (
		<>
			<Show when={props.of.rows.length < props.of.total} fallback={all()}>
				<strong>{count(props.of.rows.length)}</strong> of {all()} shown
			</Show>
			<Show when={(props.of.seen ?? 0) > props.of.total}>, {count(props.of.seen ?? 0)} seen in all</Show>
		</>
	);
}
