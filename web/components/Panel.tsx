import { createUniqueId, type JSX, Show } from "solid-js";
import type { Rows } from "../../colony-bridge/protocol/query/rows.ts";
import { count, counted } from "../format/number.ts";
import { Part } from "../page/parts.ts";
import { Begin } from "./Time.tsx";

export interface PanelProps {
	title: string;
	/** Tooltip; by default the title, which may be cut. */
	about?: string | undefined;
	/** Beside the title: counts, a unit, a time range. */
	note?: JSX.Element;
	/** Since when, ms, there is nothing of what it shows; `true`: there is. */
	gone?: true | number | undefined;
	class?: string;
	anchor?: string;
	children: JSX.Element;
}

/** A titled box. Its height does not depend on its content, so that updates move nothing. */
export function Panel(props: PanelProps): JSX.Element {
	const id = createUniqueId();
	return (
		<section
			id={props.anchor}
			class={`panel ${props.class ?? ""}`}
			data-gone={typeof props.gone === "number" ? "" : undefined}
			aria-labelledby={id}
		>
			<div class="panel-head">
				<h2 id={id} class="cut" title={props.about ?? props.title}>
					{props.title}
				</h2>
				<span class="panel-note">
					<Show when={typeof props.gone === "number" && props.gone} fallback={props.note}>
						{(at) => (
							<>
								none since <Begin at={at()} />
							</>
						)}
					</Show>
				</span>
			</div>
			<Part>{props.children}</Part>
		</section>
	);
}

/** Shown in place of missing content. */
export function Empty(props: { children: JSX.Element }): JSX.Element {
	return (
		<p class="empty">
			<span>{props.children}</span>
		</p>
	);
}

/** In place of a chart of what is known, but not of this time. */
export const NoData = (): JSX.Element => <Empty>No data in this time range.</Empty>;

export interface Extent extends Pick<Rows, "total" | "overall"> {
	rows: readonly unknown[];
}

/** Rows shown out of all, so that a cut list says so. */
export function Shown(props: { of: Extent; one: string; many?: string }): JSX.Element {
	const all = () => counted(props.of.total, props.one, props.many);
	return (
		<>
			<Show when={props.of.rows.length < props.of.total} fallback={all()}>
				<strong>{count(props.of.rows.length)}</strong> of {all()} shown
			</Show>
			<Show when={(props.of.overall ?? 0) > props.of.total}>, {count(props.of.overall ?? 0)} seen in all</Show>
		</>
	);
}
