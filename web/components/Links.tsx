import { type JSX, Show } from "solid-js";
import type { SharedEnds } from "../format/shared-ends.ts";
import { usePage } from "../page/context.tsx";
import { MiddleCut } from "./MiddleCut.tsx";

/** A link to a task. On the Tasks page it opens in place and keeps the filters. */
export function TaskLink(props: { id: string; label?: string; class?: string; children?: JSX.Element }): JSX.Element {
	const page = usePage();
	const here = () => page.input.page === "tasks";
	return (
		<a
			class={props.class ?? "cut worker-link"}
			aria-label={props.label}
			href={here() ? page.url.address({ task: props.id.toWellFormed() }) : page.links.task(props.id)}
			on:click={(event) => {
				if (!here() || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
				event.preventDefault();
				page.url.change({ task: props.id.toWellFormed() });
			}}
		>
			<Show when={props.children} fallback={props.id}>
				{props.children}
			</Show>
		</a>
	);
}

/** @param props.among what its id shares with the others of its list */
export function WorkerLink(props: { id: string | undefined; absent?: string; among?: SharedEnds | undefined }): JSX.Element {
	const page = usePage();
	return (
		<Show when={props.id} fallback={props.absent}>
			{(id) => (
				<a class="cut worker-link" title={id()} aria-label={id()} href={page.links.worker(id())}>
					<MiddleCut text={id()} among={props.among} />
				</a>
			)}
		</Show>
	);
}
