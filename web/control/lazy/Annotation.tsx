import { createSignal, createUniqueId, For, type JSX, onMount, Show } from "solid-js";
import { render } from "solid-js/web";
import { mayChange } from "../../../colony-bridge/protocol/query/annotation-author.ts";
import type { MarkRow } from "../../../colony-bridge/protocol/query/rows.ts";
import type { Problem } from "../../../colony-bridge/protocol/wire/problem.ts";
import { type Page, PageProvider, usePage } from "../../page/context.tsx";
import { fromInput, toInput } from "../../view/lazy/instant-input.ts";

/** Kinds that are offered; any other word will do. */
const KINDS = ["note", "deploy", "incident", "maintenance"];

/** A new annotation of an instant, or one that is changed. */
type Draft = Pick<MarkRow, "at"> & Partial<MarkRow>;

/** Opens the form over the page; it closes itself. */
export function openAnnotation(page: Page, draft: Draft): void {
	const box = document.body.appendChild(document.createElement("div"));
	const closed = () => {
		dispose();
		box.remove();
	};
	const dispose = render(
		() => (
			<PageProvider page={page}>
				<AnnotationDialog draft={draft} closed={closed} />
			</PageProvider>
		),
		box,
	);
}

function AnnotationDialog(props: { draft: Draft; closed(): void }): JSX.Element {
	const page = usePage();
	const title = createUniqueId();
	const kinds = createUniqueId();
	const { at, until, kind = "note", text = "", id, worker, stream, written } = props.draft;
	const user = page.input.user ?? { name: "", role: "operator", via: "open" };
	const mayEdit = !written || mayChange(written, user);
	const inUtc = page.time.inUtc();
	const [refusal, setRefusal] = createSignal<string>();
	const [sending, setSending] = createSignal(false);
	const [sure, setSure] = createSignal(false);
	let dialog!: HTMLDialogElement;
	let form!: HTMLFormElement;
	onMount(() => dialog.showModal());

	const send = async (method: string, body?: object) => {
		if (sending()) return;
		setSending(true);
		setRefusal(undefined);
		try {
			const path = page.links.path("/api/annotations") + (id === undefined ? "" : `/${id}`);
			const headers = { "content-type": "application/json" };
			const response = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
			if (!response.ok)
				throw new Error(
					((await response.json().catch(() => ({}))) as Partial<Problem>).detail ?? `The dashboard answered ${response.status}.`,
				);
			dialog.close();
			// A page of the past follows nothing.
			if (page.past()) page.url.reload();
		} catch (error) {
			setRefusal(error instanceof TypeError ? "No connection to the dashboard. It is safe to try again." : (error as Error).message);
		} finally {
			setSending(false);
		}
	};
	const save = (event: SubmitEvent) => {
		event.preventDefault();
		const given = new FormData(form);
		const field = (name: string) => String(given.get(name) ?? "").trim();
		const until = fromInput(field("until"), inUtc);
		void send(id === undefined ? "POST" : "PUT", {
			text: field("text"),
			kind: field("kind") || "note",
			at: fromInput(field("at"), inUtc),
			...(!Number.isNaN(until) && { until }),
			...(worker !== undefined && { worker }),
			...(stream !== undefined && { stream }),
		});
	};
	return (
		<dialog ref={dialog} class="dialog" aria-labelledby={title} on:close={() => props.closed()}>
			<form class="dialog-body" ref={form} on:submit={save}>
				<h2 id={title}>{id === undefined ? "New annotation" : "Annotation"}</h2>
				<label class="field">
					<span>Text</span>
					<textarea name="text" required maxlength="300" rows="3" readonly={!mayEdit} autofocus>
						{text}
					</textarea>
				</label>
				<div class="time-line">
					<label class="field">
						<span>Kind</span>
						<input name="kind" list={kinds} value={kind} readonly={!mayEdit} pattern="[a-z][a-z0-9\-]{0,29}" title="a to z, 0 to 9 and -" />
						<datalist id={kinds}>
							<For each={KINDS}>{(each) => <option value={each} />}</For>
						</datalist>
					</label>
					<label class="field">
						<span>From{inUtc ? ", UTC" : ""}</span>
						<input name="at" type="datetime-local" step="1" required readonly={!mayEdit} value={toInput(at, inUtc)} />
					</label>
					<label class="field">
						<span>To, if it lasted</span>
						<input
							name="until"
							type="datetime-local"
							step="1"
							readonly={!mayEdit}
							value={until === undefined ? "" : toInput(until, inUtc)}
						/>
					</label>
				</div>
				<Show when={!mayEdit}>
					<p class="quiet">By {written?.by.name}: its author or an operator may change it.</p>
				</Show>
				<Show when={refusal()}>
					<p role="alert" class="form-refusal">
						{refusal()}
					</p>
				</Show>
				<div class="dialog-buttons">
					<Show when={id !== undefined && mayEdit}>
						<button type="button" class="button button-plain" on:click={() => (sure() ? void send("DELETE") : setSure(true))}>
							{sure() ? "Delete it for good" : "Delete…"}
						</button>
					</Show>
					<button type="button" class="button button-plain" on:click={() => dialog.close()}>
						{mayEdit ? "Cancel" : "Close"}
					</button>
					<Show when={mayEdit}>
						<button type="submit" class="button" disabled={sending()}>
							{id === undefined ? "Annotate" : "Save"}
						</button>
					</Show>
				</div>
			</form>
		</dialog>
	);
}
