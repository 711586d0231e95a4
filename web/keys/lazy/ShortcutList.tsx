import { createSignal, createUniqueId, For, type JSX, onMount } from "solid-js";
import type { PanelProps } from "../../page/desk.ts";
import { shortcuts, shortcutsOn, switchShortcuts } from "../shortcuts.ts";
import { register } from "./keyboard.ts";

/** The list of shortcuts, and the switch that disables them. */
export function ShortcutList(props: PanelProps): JSX.Element {
	const title = createUniqueId();
	const [on, setOn] = createSignal(shortcutsOn());
	let dialog!: HTMLDialogElement;
	register(props.desk);
	onMount(() => dialog.showModal());
	return (
		<dialog ref={dialog} class="dialog shortcuts" aria-labelledby={title} on:close={() => props.closed()}>
			<div class="dialog-body">
				<h2 id={title}>Keyboard shortcuts</h2>
				<dl class="shortcut-list">
					<For each={[...shortcuts().values()]}>
						{({ keys, does }) => (
							<div>
								<dt>
									<For each={keys.split(" ")}>{(key) => <kbd>{key.toUpperCase()}</kbd>}</For>
								</dt>
								<dd>{does}</dd>
							</div>
						)}
					</For>
					<div>
						<dt>
							<kbd>Esc</kbd>
						</dt>
						<dd>Close dialogs, leave the wall screen</dd>
					</div>
				</dl>
				<label class="check-line">
					<input
						type="checkbox"
						checked={on()}
						on:change={(event) => {
							setOn(event.currentTarget.checked);
							switchShortcuts(on());
						}}
					/>
					Single keys are shortcuts in this browser
				</label>
				<div class="dialog-buttons">
					<button type="button" class="button button-plain" on:click={() => dialog.close()}>
						Close
					</button>
				</div>
			</div>
		</dialog>
	);
}
