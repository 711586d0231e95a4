import { createMemo, createSignal, For, type JSX, onCleanup, Show } from "solid-js";

import type { LogRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { LogLevel } from "../../../colony-bridge/protocol/wire/state.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { Empty } from "../../components/Panel.tsx";
import { fileInstant, fileName, saveFile } from "../../components/save.ts";
import { count, counted } from "../../format/number.ts";
import { copyText } from "../../page/clipboard.ts";
import { createUrlPart, partName } from "../../view/url-part.ts";
import { LogBox } from "./LogBox.tsx";
import { arrived, asText, filterLines, LEVEL, levelCounts } from "./lines.ts";

const LEVELS = Object.keys(LEVEL) as LogLevel[];
/** Scroll offset from which the lines are paused, px. */
const READING = 24;
/** Debounce of the search, ms. */
const TYPING_MS = 150;

/**
 * Log lines, newest first, with search, level filter and pause. Scrolling down pauses, and new lines are counted. Search and filter are in
 * the URL.
 * @param label accessible name
 * @param name name in the URL, by default the label
 */
export function LogLines(props: { rows: readonly LogRow[]; label: string; name?: string }): JSX.Element {
	const name = props.name ?? partName(props.label);
	const words = createUrlPart("search", name);
	const levels = createUrlPart("exclude", name);
	const wrap = createUrlPart("wrap", name);
	const search = () => words.value()?.trim() ?? "";
	const without = createMemo(() => new Set(levels.value()?.split(",") as LogLevel[] | undefined));
	const wrapped = () => wrap.value() !== "off";
	/** The lines at the time of the pause; `scrolled`: paused by scrolling. */
	const [paused, setPaused] = createSignal<{ rows: readonly LogRow[]; scrolled: boolean }>();
	const [message, setMessage] = createSignal("");
	let toTop = () => {};
	let typing: ReturnType<typeof setTimeout> | undefined;
	onCleanup(() => clearTimeout(typing));

	const rows = () => paused()?.rows ?? props.rows;
	const shown = createMemo(() => filterLines(rows(), { search: search(), without: without() }));
	const counts = createMemo(() => levelCounts(rows()));
	const waiting = () => {
		const still = paused();
		if (!still) return undefined;
		const { count: more, all } = arrived(props.rows, still.rows);
		return more > 0 ? `${all ? "at least " : ""}${counted(more, "new line")}` : undefined;
	};
	const follow = () => {
		setPaused(undefined);
		toTop();
	};
	const toggle = (level: LogLevel) => {
		const next = new Set(without());
		if (!next.delete(level)) next.add(level);
		levels.set(LEVELS.filter((one) => next.has(one)).join(","));
	};
	const scrolled = (top: number) => {
		if (top > READING && !paused()) setPaused({ rows: props.rows, scrolled: true });
		else if (top <= 1 && paused()?.scrolled) setPaused(undefined);
	};
	const copy = async () => setMessage((await copyText(asText(shown()))) ? "Copied" : "The browser does not allow copying here: save it");
	const save = () => saveFile(`${fileName(props.label, fileInstant(shown()[0]?.at ?? 0))}.log`, asText(shown()));

	return (
		<Show when={props.rows.length > 0 || paused()} fallback={<Empty>No log lines.</Empty>}>
			<div class="log-tools">
				<input
					type="search"
					class="input-small log-search"
					placeholder="Search"
					maxlength="200"
					aria-label={`Search in ${props.label}`}
					value={words.value() ?? ""}
					on:input={(event) => {
						clearTimeout(typing);
						const text = event.currentTarget.value;
						typing = setTimeout(() => words.set(text), TYPING_MS);
					}}
				/>
				<For each={LEVELS.filter((level) => (counts().get(level) ?? 0) > 0 || without().has(level))}>
					{(level) => (
						<button
							type="button"
							class="log-level"
							aria-pressed={!without().has(level)}
							title={`${level}: ${without().has(level) ? "show" : "hide"}`}
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
						aria-pressed={paused() !== undefined}
						on:click={() => (paused() ? follow() : setPaused({ rows: props.rows, scrolled: false }))}
					>
						{paused() ? "Follow" : "Pause"}
					</button>
					<button type="button" class="log-act" aria-pressed={wrapped()} on:click={() => wrap.set(wrapped() ? "off" : undefined)}>
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
			<p class="log-status quiet">
				<Show when={shown().length < rows().length} fallback={paused() && !waiting() ? "paused" : ""}>
					{count(shown().length)} of {counted(rows().length, "line")} match
				</Show>
				<Show when={waiting()}>
					{(words) => (
						<button type="button" class="log-waiting" on:click={follow}>
							{words()} ↑
						</button>
					)}
				</Show>{" "}
				<output>{message()}</output>
			</p>
			<LogBox
				label={props.label}
				rows={shown()}
				search={search()}
				wrapped={wrapped()}
				choice={`${search()}\n${[...without()]}`}
				onScroll={scrolled}
				toTop={(go) => {
					toTop = go;
				}}
			/>
		</Show>
	);
}
