import { createSignal, For, type JSX, Show } from "solid-js";
import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import type { EndStatus } from "../../../colony-bridge/protocol/wire/state.ts";
import { Panel } from "../../components/Panel.tsx";
import { TASK } from "../../components/status.ts";
import { Begin } from "../../components/Time.tsx";
import { count, counted } from "../../format/number.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { loadCode } from "../../page/load-code.ts";
import { OtherParameters } from "../../view/OtherParameters.tsx";
import { CompletedTasks } from "./CompletedTasks.tsx";

const FIELDS = ["status", "order", "name", "worker", "text", "after"] as const;

/** Completed tasks that match the URL's filter, page by page. Works without script. */
export function History(): JSX.Element {
	const page = usePage();
	const ended = useAnswer("ended");
	const tasks = () => page.data.cluster().tasks;
	const view = () => page.url.view();
	const filtered = () => FIELDS.some((field) => field !== "order" && field !== "after" && view()[field]);
	const before = () => ended().offset ?? 0;
	const last = () => ended().rows.at(-1);
	const more = () => before() + ended().rows.length < ended().total && last();
	let form!: HTMLFormElement;
	const [taken, setTaken] = createSignal("");
	const take = async () => {
		setTaken("…");
		try {
			const { takeHistory } = await loadCode(() => import("./export-history.ts"));
			const { status, name, worker, text, order, end, range } = view();
			const until = end === undefined ? {} : { end: new Date(end).toISOString() };
			const since = end === undefined || range === undefined ? {} : { start: new Date(Math.max(0, end - durationMs(range))).toISOString() };
			const asked = Object.entries({ status, name, worker, text, order, ...until, ...since }).flatMap(([key, value]) =>
				value ? [[key, value]] : [],
			);
			const saved = await takeHistory(page.links.reads("/api/tasks/history"), Object.fromEntries(asked), (here, of) =>
				setTaken(`${count(here)} of ${count(of)} …`),
			);
			setTaken(`${counted(saved, "task")} saved`);
		} catch (error) {
			setTaken(error instanceof Error ? error.message : String(error));
		}
	};

	const send = (event?: Event) => {
		event?.preventDefault();
		const fields = new FormData(form);
		page.url.change({
			...Object.fromEntries(FIELDS.map((field) => [field, String(fields.get(field) ?? "") || undefined])),
			after: undefined,
		});
	};
	const turn = (after: string | undefined) => (event: MouseEvent) => {
		if (event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		page.url.change({ after });
	};
	return (
		<Panel
			title="History"
			class={tasks().retained > 0 ? "history" : "history history-empty"}
			note={
				<>
					<Show when={ended().rows.length > 0} fallback={counted(0, "task")}>
						<strong>
							{count(before() + 1)}–{count(before() + ended().rows.length)}
						</strong>{" "}
						of {count(ended().total)} {filtered() ? "matching" : "kept"}
					</Show>
					<Show when={filtered()}>, {count(tasks().retained)} kept</Show>
					<Show when={tasks().retainedSince}>
						{(since) => (
							<>
								{" "}
								since <Begin at={since()} />
							</>
						)}
					</Show>
				</>
			}
		>
			<form class="history-filter" method="get" ref={form} on:submit={send}>
				<OtherParameters than={FIELDS} />
				<label>
					<span>Result</span>
					<select class="input-small" name="status" on:change={send}>
						<For each={["", "completed", "failed", "cancelled", "no_result"] satisfies ("" | EndStatus)[]}>
							{(status) => (
								<option value={status} selected={(view().status ?? "") === status}>
									{status === "" ? "any" : TASK[status].word}
								</option>
							)}
						</For>
					</select>
				</label>
				<label>
					<span>Order</span>
					<select class="input-small" name="order" on:change={send}>
						<For each={["newest", "longest"] as const}>
							{(order) => (
								<option value={order === "newest" ? "" : order} selected={(view().order || "newest") === order}>
									{order} first
								</option>
							)}
						</For>
					</select>
				</label>
				<For
					each={
						[
							["name", "Name"],
							["worker", "Worker"],
							["text", "Text in id, name or error"],
						] as const
					}
				>
					{([field, words]) => (
						<label>
							<span>{words}</span>
							<input class="input-small" type="search" name={field} maxlength="200" value={view()[field] ?? ""} />
						</label>
					)}
				</For>
				<button type="submit" class="button button-plain">
					Filter
				</button>
				<Show when={filtered()}>
					<a class="worker-link" href={page.url.address(Object.fromEntries(FIELDS.map((field) => [field, undefined])))}>
						Show all
					</a>
				</Show>
				<button type="button" class="button button-plain scripted" title="Download all matches" on:click={() => void take()}>
					CSV
				</button>
				<output class="quiet history-taken">{taken()}</output>
			</form>
			<CompletedTasks rows={ended().rows} none={filtered() ? "No matching tasks." : "No task has ended yet."} />
			<Show when={before() > 0 || more()}>
				<p class="history-pages">
					<Show when={before() > 0}>
						<a class="worker-link" href={page.url.address({ after: undefined })} on:click={turn(undefined)}>
							First page
						</a>
					</Show>
					<Show when={more()}>
						{(row) => (
							<a class="worker-link" href={page.url.address({ after: row().id })} on:click={turn(row().id)}>
								Next page
							</a>
						)}
					</Show>
				</p>
			</Show>
		</Panel>
	);
}
