import { createEffect, createMemo, For, type JSX, on, Show, untrack } from "solid-js";
import type { LogRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { TimeOfDay } from "../../components/Time.tsx";
import { count } from "../../format/number.ts";
import { createViewport } from "../../table/viewport.ts";
import { LEVEL, pieces, plainText } from "./lines.ts";

interface LogBoxProps {
	label: string;
	/** Newest first. */
	rows: readonly LogRow[];
	search: string;
	wrapped: boolean;
	/** The box scrolls to the top when this changes. */
	choice: string;
	onScroll(top: number): void;
	/** Called with a function that scrolls to the newest line. */
	toTop(go: () => void): void;
}

/** Renders the lines in the viewport. */
export function LogBox(props: LogBoxProps): JSX.Element {
	const viewport = createViewport(() => props.rows.length, 0);
	const drawn = createMemo(() => {
		const { first, end } = viewport.drawn();
		return { first: Math.min(first, props.rows.length), rows: props.rows.slice(first, end) };
	});
	let list!: HTMLOListElement;
	const attach = (box: HTMLElement) => {
		const schedule = viewport.follow(box, () => ({
			rows: [...list.querySelectorAll<HTMLElement>(".log-line")],
			first: untrack(drawn).first,
		}));
		props.toTop(() => {
			box.scrollTop = 0;
		});
		createEffect(
			on(
				() => [props.choice, props.wrapped],
				() => {
					box.scrollTop = 0;
				},
				{ defer: true },
			),
		);
		createEffect(
			on(
				() => [props.rows, props.wrapped],
				() => {
					viewport.forget();
					schedule();
				},
				{ defer: true },
			),
		);
		createEffect(() => {
			const { first, rows } = drawn();
			const above = viewport.top(first);
			// Set as properties: the page's CSP allows no inline style.
			list.style.setProperty("--above", `${above}px`);
			list.style.setProperty("--below", `${viewport.top(props.rows.length) - viewport.top(first + rows.length)}px`);
		});
	};
	return (
		<>
			{/* Not announced: a busy log would never be silent. */}
			<div
				class="log"
				classList={{ unwrapped: !props.wrapped }}
				role="log"
				aria-live="off"
				aria-label={props.label}
				tabindex="0"
				ref={attach}
				on:scroll={({ currentTarget }) => props.onScroll(currentTarget.scrollTop)}
			>
				<ol
					ref={(element) => {
						list = element;
					}}
				>
					<For each={drawn().rows}>
						{(line, i) => <LogLine line={line} search={props.search} place={drawn().first + i() + 1} of={props.rows.length} />}
					</For>
				</ol>
				<Show when={props.rows.length === 0}>
					<p class="empty">No matching lines.</p>
				</Show>
			</div>
			<Show when={drawn().rows.length < props.rows.length}>
				<p class="quiet widget-note scriptless">
					{count(drawn().rows.length)} of {count(props.rows.length)}: the others need JavaScript.
				</p>
			</Show>
		</>
	);
}

function LogLine(props: { line: LogRow; search: string; place: number; of: number }): JSX.Element {
	const { level, source, message } = props.line;
	const marked = (text: string) => (
		<For each={pieces(text, props.search)}>{(piece) => (piece.found ? <mark>{piece.text}</mark> : piece.text)}</For>
	);
	return (
		<li class="log-line" aria-posinset={props.place} aria-setsize={props.of}>
			<span class="quiet log-time">
				<TimeOfDay at={props.line.at} />
			</span>
			<Glyph shape={LEVEL[level].shape} tone={LEVEL[level].tone} />
			<span class="log-text">
				<span class="hidden">{level} </span>
				<Show when={source}>{(name) => <span class="log-source">{marked(name())} </span>}</Show>
				<bdi>{marked(plainText(message))}</bdi>
			</span>
		</li>
	);
}
