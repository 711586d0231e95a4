import type { JSX } from "solid-js";
import { usePage } from "../page/context.tsx";
import { OtherParameters } from "../view/OtherParameters.tsx";

/** Debounce, ms. */
const DEBOUNCE_MS = 200;

/** Finds metrics by words in their names, labels and help texts. The words are in the URL; without script it is a form. */
export function Finder(): JSX.Element {
	const page = usePage();
	let typing: ReturnType<typeof setTimeout> | undefined;
	const find = (text: string, pause: number) => {
		clearTimeout(typing);
		typing = setTimeout(() => page.url.change({ find: text.trim() || undefined }, { replace: true }), pause);
	};
	return (
		<search>
			<form
				class="finder"
				method="get"
				on:submit={(event) => {
					event.preventDefault();
					find(String(new FormData(event.currentTarget).get("find") ?? ""), 0);
				}}
			>
				<OtherParameters than={["find"]} />
				<label class="field">
					<span>Find metrics by name, label or help text</span>
					<input
						type="search"
						name="find"
						value={page.url.view().find ?? ""}
						maxlength={200}
						placeholder="cpu worker-1"
						autocomplete="off"
						spellcheck={false}
						on:input={(event) => find(event.currentTarget.value, DEBOUNCE_MS)}
					/>
				</label>
				<button type="submit" class="button">
					Find
				</button>
			</form>
		</search>
	);
}
