import { createSignal, createUniqueId, For, type JSX, onMount, Show } from "solid-js";
import { COMMAND_STATES } from "../../../colony-bridge/protocol/query/command-words.ts";
import type { CommandState } from "../../../colony-bridge/protocol/query/control.ts";
import { toSegment } from "../../../colony-bridge/protocol/wire/path-segment.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { counted } from "../../format/number.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { COMMAND } from "../control.ts";
import { newKey, sendCommand } from "../send-command.ts";

/** The state of one worker's restart. */
interface Sent {
	id?: string;
	state?: CommandState;
	message?: string | undefined;
	refusal?: string;
}

/** Confirms the restart of several workers, then shows the progress of each. Commands continue after the dialog is closed. */
export function RestartWorkers(props: { workers: readonly string[]; closed(): void }): JSX.Element {
	const page = usePage();
	const title = createUniqueId();
	const commands = useAnswer("commands");
	const [sent, setSent] = createSignal<ReadonlyMap<string, Sent>>(new Map());
	const [confirmed, setConfirmed] = createSignal(false);
	let dialog!: HTMLDialogElement;
	onMount(() => dialog.showModal());
	const name = () => (props.workers.length === 1 ? props.workers[0] : counted(props.workers.length, "worker"));
	/** The latest state: the response to the request, then the cluster's command list. */
	const latest = (worker: string): Sent | undefined => {
		const first = sent().get(worker);
		return (first?.id === undefined ? undefined : commands().rows.find(({ id }) => id === first.id)) ?? first;
	};
	/** A retry uses the same key, hence is the same command. */
	const keys = new Map(props.workers.map((worker) => [worker, newKey()]));
	const refused = () => props.workers.filter((worker) => sent().get(worker)?.refusal !== undefined);
	const restart = async (worker: string, key: string) => {
		const record = (result: Sent) => setSent(new Map(sent()).set(worker, result));
		try {
			record(await sendCommand(page.links.path(`/api/workers/${toSegment(worker)}/restart`), key));
		} catch (error) {
			record({ refusal: (error as Error).message });
		}
	};
	const start = async () => {
		const workers = confirmed() ? refused() : props.workers;
		setConfirmed(true);
		for (const worker of workers) await restart(worker, keys.get(worker) ?? newKey());
	};
	return (
		<dialog ref={dialog} class="dialog" aria-labelledby={title} on:close={() => props.closed()}>
			<form
				class="dialog-body"
				on:submit={(event) => {
					event.preventDefault();
					void start();
				}}
			>
				<h2 id={title}>
					Restart {name()} of {page.input.cluster}?
				</h2>
				<ul class="dialog-list" role={confirmed() ? "status" : undefined}>
					<For each={props.workers}>
						{(worker) => (
							<li>
								<span class="cut" title={worker}>
									{worker}
								</span>
								<Show
									when={latest(worker)?.state}
									fallback={<span class="form-refusal">{latest(worker)?.refusal ?? (confirmed() ? "…" : "")}</span>}
								>
									{(state) => (
										<span title={latest(worker)?.message ?? COMMAND_STATES[state()]}>
											<StatusLabel mark={COMMAND[state()]} />
										</span>
									)}
								</Show>
							</li>
						)}
					</For>
				</ul>
				<div class="dialog-buttons">
					<button type="button" class="button button-plain" autofocus on:click={() => dialog.close()}>
						{confirmed() ? "Close" : "Cancel"}
					</button>
					<Show when={!confirmed() || refused().length > 0}>
						<button type="submit" class="button">
							{confirmed() ? "Try again" : `Restart ${name()}`}
						</button>
					</Show>
				</div>
			</form>
		</dialog>
	);
}
