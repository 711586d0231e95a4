import { createMemo, createSignal, For, type JSX, onMount, Show } from "solid-js";
import type { LogRow } from "../../../colony-bridge/protocol/rows.ts";
import type { LogLevel } from "../../../colony-bridge/protocol/state.ts";
import { Glyph } from "../../elements/Glyph.tsx";
import { Empty } from "../../elements/Panel.tsx";
import { LEVEL } from "../../elements/states.ts";
import { TimeOfDay } from "../../elements/Time.tsx";
import { copyText, fileInstant, fileName, saveFile } from "../../elements/take-out.ts";
import { count, counted } from "../../format/number.ts";
import { arrived, asText, filterLines, levelCounts, pieces, plainText } from "./lines.ts";

/** From least to most severe. */
const LEVELS = Object.keys(LEVEL) as LogLevel[];
/** Lines that come with the page: a screen of them. */
const FIRST_LINES = 60;
/** Pixels from the top at which somebody reads, and does not watch. */
const READING = 24;

/**
 * Log lines, newest first, with a search, levels to leave out, and a pause. Who scrolls down reads: the lines stand still then, and what
 * comes is counted. @param label said to those who do not see the title
 */
export function LogLines(props: { rows: readonly LogRow[]; label: string }): JSX.Element {
	const [search, setSearch] = createSignal("");
	const [without, setWithout] = createSignal<ReadonlySet<LogLevel>>(new Set<LogLevel>());
	const [wrapped, setWrapped] = createSignal(true);
	const [most, setMost] = createSignal(FIRST_LINES);
	/** As they stood when reading began; `scrolled`: nobody asked for the pause. */
	const [frozen, setFrozen] = createSignal<{ rows: readonly LogRow[]; scrolled: boolean }>();
	const [said, say] = createSignal("");
	let box: HTMLDivElement | undefined;
	onMount(() => setMost(Number.POSITIVE_INFINITY));

	const rows = () => frozen()?.rows ?? props.rows;
	const shown = createMemo(() => filterLines(rows(), { search: search().trim(), without: without() }));
	const drawn = () => (shown().length > most() ? shown().slice(0, most()) : shown());
	const counts = createMemo(() => levelCounts(rows()));
	const waiting = () => {
		const still = frozen();
		if (!still) return undefined;
		const { count: more, all } = arrived(props.rows, still.rows);
		return more > 0 ? `${all ? "at least " : ""}${counted(more, "new line")}` : undefined;
	};
	const follow = () => {
		setFrozen(undefined);
		if (box) box.scrollTop = 0;
	};
	const toggle = (level: LogLevel) =>
		setWithout((before) => {
			const next = new Set(before);
			if (!next.delete(level)) next.add(level);
			return next;
		});
	const scrolled = ({ currentTarget: { scrollTop } }: { currentTarget: HTMLElement }) => {
		if (scrollTop > READING && !frozen()) setFrozen({ rows: props.rows, scrolled: true });
		else if (scrollTop <= 1 && frozen()?.scrolled) setFrozen(undefined);
	};
	const copy = async () => say((await copyText(asText(shown()))) ? "Copied" : "No clipboard here: save it");
	const save = () => saveFile(`${fileName(props.label, fileInstant(shown()[0]?.at ?? 0))}.log`, asText(shown()));

	return (
		<Show when={props.rows.length > 0 || frozen()} fallback={<Empty>No such line has been logged.</Empty>}>
			<div class="log-tools">
				<input
					type="search"
					class="log-search"
					placeholder="Search"
					aria-label={`Search in ${props.label}`}
					value={search()}
					on:input={(event) => setSearch(event.currentTarget.value)}
				/>
				<For each={LEVELS.filter((level) => (counts().get(level) ?? 0) > 0 || without().has(level))}>
					{(level) => (
						<button
							type="button"
							class="log-level"
							aria-pressed={!without().has(level)}
							title={`${level}: ${without().has(level) ? "bring back" : "leave out"}`}
							on:click={() => toggle(level)}
						>
							<Glyph shape={LEVEL[level].shape} tone={LEVEL[level].tone} />
							<span class="hidden">{level} </span>
							{count(counts().get(level) ?? 0)}
						</button>
					)}
				</For>
				<span class="log-acts">
					<button
						type="button"
						class="log-act"
						aria-pressed={frozen() !== undefined}
						on:click={() => (frozen() ? follow() : setFrozen({ rows: props.rows, scrolled: false }))}
					>
						{frozen() ? "Follow" : "Pause"}
					</button>
					<button type="button" class="log-act" aria-pressed={wrapped()} on:click={() => setWrapped(!wrapped())}>
						Wrap
					</button>
					<button type="button" class="log-act" on:click={() => void copy()}>
						Copy
					</button>
					<button type="button" class="log-act" on:click={save}>
						Save
					</button>
				</span>
			</div>
			<p class="log-said quiet">
				<Show when={shown().length < rows().length} fallback={frozen() && !waiting() ? "paused" : ""}>
					{count(shown().length)} of {counted(rows().length, "line")} match
				</Show>
				<Show when={waiting()}>
					{(words) => (
						<button type="button" class="log-waiting" on:click={follow}>
							{words()} ↑
						</button>
					)}
				</Show>{" "}
				<output>{said()}</output>
			</p>
			{/* Read out line by line as they come a busy log would never be silent: who wants to hear it goes there. */}
			<div
				class="log"
				classList={{ unwrapped: !wrapped() }}
				role="log"
				aria-live="off"
				aria-label={props.label}
				tabindex="0"
				ref={box}
				on:scroll={scrolled}
			>
				<ol>
					<For each={drawn()}>{(line) => <LogLine line={line} search={search().trim()} />}</For>
				</ol>
				<Show when={shown().length === 0}>
					<p class="empty">No line matches.</p>
				</Show>
			</div>
		</Show>
	);
}

function LogLine(props: { line: LogRow; search: string }): JSX.Element {
	const { level, source, message } = props.line;
	const marked = (text: string) => (
		<For each={pieces(text, props.search)}>{(piece) => (piece.found ? <mark>{piece.text}</mark> : piece.text)}</For>
	);
	return (
		<li class="log-line">
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
