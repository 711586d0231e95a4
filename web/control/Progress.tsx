import { type JSX, Show } from "solid-js";
import { COMMAND_STATES, isUnderWay } from "../../colony-bridge/protocol/command-words.ts";
import { State } from "../elements/Glyph.tsx";
import type { Control } from "./control.ts";
import { COMMAND } from "./looks.ts";
import type { Taken } from "./send-command.ts";

/** How a command goes: followed live, from what was answered at first to the colony's own words. */
export function Progress(props: { title: string; control: Control; taken: Taken; close(): void }): JSX.Element {
	const command = () => props.control.command(props.taken.id) ?? props.taken;
	return (
		<div class="dialog-body">
			<h2 id={props.title}>{isUnderWay(command().state) ? "Under way" : "Result"}</h2>
			<div class="dialog-status" role="status" data-state={command().state}>
				<State look={COMMAND[command().state]} />
				<p>{COMMAND_STATES[command().state]}</p>
				<Show when={command().message}>{(message) => <p class="dialog-words">{message()}</p>}</Show>
			</div>
			<div class="dialog-buttons">
				<button
					type="button"
					class="button button-plain"
					ref={(button) => queueMicrotask(() => button.focus())}
					on:click={() => props.close()}
				>
					Close
				</button>
			</div>
		</div>
	);
}
