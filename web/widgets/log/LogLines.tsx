import { createMemo, createSignal, For, type JSX, onCleanup, Show } from "solid-js";

import type { LogRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { LogLevel } from "../../../colony-bridge/protocol/wire/state.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { Empty } from "../../components/Panel.tsx";
import { copyText, fileInstant, fileName, saveFile } from "../../components/take-out.ts";
import { count, counted } from "../../format/number.ts";
import { createUrlPart, partName } from "../../view/url-part.ts";
import { LogBox } from "./LogBox.tsx";
import { LEVEL } from "./level.ts";
import { arrived, asText, filterLines, levelCounts } from "./lines.ts";

/** From least to most severe. */
const LEVELS = Object.keys(LEVEL) as LogLevel[];
/** Pixels from the top at which somebody reads, and does not watch. */
const READING = 24;
/** Keys that follow each other become one search, ms. */
const TYPING_MS = 150;

/**
 * Log lines, newest first, with a search, levels to leave out, and a pause. Who scrolls down reads: the lines stand still then, and what
 * comes is counted. What is searched and left out is part of the address.
 * @param label said to those who do not see the title @param name what it is called in the address; absent: its label
 */
export function LogLines(props: { rows: readonly LogRow[]; label: string; name?: string }): JSX.Element {
	const name = props.name ?? partName(props.label);
	const words = createUrlPart("search", name);
	const levels = createUrlPart("without", name);
	const wrap = createUrlPart("wrap", name);
	const search = () => words.value()?.trim() ?? "";
	const without = createMemo(() => new Set(levels.value()?.split(",") as LogLevel[] | undefined));
	const wrapped = () => wrap.value() !== "off";
	/** As they stood when reading began; `scrolled`: nobody asked for the pause. */
	const [frozen, setFrozen] = createSignal<{ rows: readonly LogRow[]; scrolled: boolean }>();
	const [message, setMessage] = createSignal("");
	let toTop = () => {};
	let typing: ReturnType<typeof setTimeout> | undefined;
	onCleanup(() => clearTimeout(typing));

	const rows = () => frozen()?.rows ?? props.rows;
	const shown = createMemo(() => filterLines(rows(), { search: search(), without: without() }));
	const counts = createMemo(() => levelCounts(rows()));
	const waiting = () => {
		const still = frozen();
		if (!still) return undefined;
		const { count: more, all } = arrived(props.rows, still.rows);
		return more > 0 ? `${all ? "at least " : ""}${counted(more, "new line")}` : undefined;
	};
	const follow = () => {
		setFrozen(undefined);
		toTop();
	};
	const toggle = (level: LogLevel) => {
		const next = new Set(without());
		if (!next.delete(level)) next.add(level);
		levels.set(LEVELS.filter((one) => next.has(one)).join(","));
	};
	const scrolled = (top: number) => {
		if (top > READING && !frozen()) setFrozen({ rows: props.rows, scrolled: true });
		else if (top <= 1 && frozen()?.scrolled) setFrozen(undefined);
	};
	const copy = async () => setMessage((await copyText(asText(shown()))) ? "Copied" : "No clipboard here: save it");
	const save = () => saveFile(`${fileName(props.label, fileInstant(shown()[0]?.at ?? 0))}.log`, asText(shown()));

	return (
		<Show when={props.rows.length > 0 || frozen()} fallback={<Empty>No log lines.</Empty>}>
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
