import { createEffect, createMemo, createSignal, createUniqueId, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import type { PanelProps } from "../../page/desk.ts";
import { createFinder, type Found, findPages, type Group } from "./find.ts";

/** Debounce, ms. */
const DEBOUNCE_MS = 120;

/** A combobox over pages, workers, streams, tasks, metrics and other clusters. */
export function Palette(props: PanelProps): JSX.Element {
	const { page } = props.desk;
	const id = createUniqueId();
	const ended = new AbortController();
	onCleanup(() => ended.abort());
	const find = createFinder(page, ended.signal);
	const [words, setWords] = createSignal(props.desk.typed ?? "");
	const [groups, setGroups] = createSignal<Group[]>([]);
	const [state, setState] = createSignal<"busy" | "done" | { failed: string }>("done");
	const [at, setAt] = createSignal(0);
	let dialog!: HTMLDialogElement;
	onMount(() => dialog.showModal());

	const shown = createMemo(() => [findPages(page, words()), ...(words() ? groups() : [])].filter(({ found }) => found.length > 0));
	const all = createMemo(() => shown().flatMap(({ found }) => found));
	const chosen = () => all()[Math.min(at(), all().length - 1)];
	const optionId = (found: Found) => `${id}-${all().indexOf(found)}`;

	createEffect(
		on(words, (query) => {
			setAt(0);
			if (!query) {
				setState("done");
				return;
			}
			setState("busy");
			const timer = setTimeout(async () => {
				try {
					const found = await find(query);
					if (words() !== query) return;
					setGroups(found);
					setState("done");
				} catch (error) {
					if (words() === query && !ended.signal.aborted) setState({ failed: (error as Error).message });
				}
			}, DEBOUNCE_MS);
			onCleanup(() => clearTimeout(timer));
		}),
	);

	const go = (found: Found | undefined) => {
		if (!found) return;
		dialog.close();
		location.assign(found.href);
	};
	const move = (event: KeyboardEvent) => {
		const last = all().length - 1;
		const now = Math.min(at(), last);
		const to = {
			ArrowDown: now < last ? now + 1 : 0,
			ArrowUp: now > 0 ? now - 1 : last,
			PageDown: Math.min(last, now + 8),
			PageUp: Math.max(0, now - 8),
		}[event.key];
		if (to !== undefined && last >= 0) {
			event.preventDefault();
			setAt(to);
			document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: "nearest" });
		} else if (event.key === "Enter" && !event.isComposing) {
			event.preventDefault();
			go(chosen());
		}
	};
	const message = () => {
		const now = state();
		if (typeof now === "object") return `Search failed: ${now.failed}`;
		if (now === "busy") return "Searching";
		return all().length === 0 ? "No match" : `${all().length} found`;
	};
	return (
		<dialog
			ref={dialog}
			class="dialog palette"
			aria-label="Search"
			on:close={() => props.closed()}
			on:click={(event) => event.target === dialog && dialog.close()}
		>
			<input
				class="palette-words"
				role="combobox"
				aria-label="Search pages, workers, streams, tasks, metrics and clusters"
				aria-expanded={all().length > 0}
				aria-controls={`${id}-list`}
				aria-autocomplete="list"
				aria-activedescendant={chosen() ? optionId(chosen() as Found) : undefined}
				placeholder="Page, worker, stream, task, metric or cluster"
				autocomplete="off"
				spellcheck={false}
				maxlength={200}
				value={props.desk.typed ?? ""}
				on:input={(event) => setWords(event.currentTarget.value.trim())}
				on:keydown={move}
			/>
			<div class="palette-list" role="listbox" id={`${id}-list`} aria-label="Found">
				<For each={shown()}>
					{(group, n) => (
						// biome-ignore lint/a11y/useSemanticElements: a list box cannot contain a fieldset
						<div role="group" aria-labelledby={`${id}-group-${n()}`}>
							<p class="palette-group" id={`${id}-group-${n()}`}>
								{group.title}
								<Show when={group.note}> · {group.note}</Show>
							</p>
							<For each={group.found}>
								{(found) => (
									// biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the combobox, which names the active option
									<div
										role="option"
										id={optionId(found)}
										class="palette-option"
										aria-selected={chosen() === found}
										on:pointermove={() => setAt(all().indexOf(found))}
										on:click={() => go(found)}
									>
										<span class="cut">{found.title}</span>
										<span class="quiet cut">{found.about}</span>
									</div>
								)}
							</For>
						</div>
					)}
				</For>
			</div>
			<p class="palette-status quiet" role="status">
				{message()}
			</p>
		</dialog>
	);
}
