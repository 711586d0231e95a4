import { createSignal, For, type JSX, Show } from "solid-js";
import { counted } from "../format/number.ts";
import { usePage } from "../page-context.tsx";
import { ConfirmForm, type FormProps } from "./ConfirmForm.tsx";

const MOST = 100_000;

export function ScaleForm(props: { form: FormProps }): JSX.Element {
	const page = usePage();
	const now = () => page.cluster().workers.total;
	const scalers = () => props.form.control.scalers();
	const [text, setText] = createSignal(String(now()));
	const [bridge, setBridge] = createSignal(scalers()[0]?.bridge ?? "");
	const wanted = () => (/^\d{1,6}$/.test(text().trim()) && Number(text()) <= MOST ? Number(text()) : undefined);
	const several = () => scalers().length > 1;
	const change = () => {
		const workers = wanted();
		if (workers === undefined) return `Write a whole number from 0 to ${MOST}.`;
		// Of several colonies it is not known here who has how many.
		if (several()) return `The colony of ${bridge()} will have ${counted(workers, "worker")}.`;
		if (workers === now()) return `There are ${counted(workers, "worker")} now: nothing changes.`;
		if (workers > now()) return `${counted(workers - now(), "worker")} more than the ${now()} there are now.`;
		return `${counted(now() - workers, "worker")} fewer than the ${now()} there are now; the colony may take away the tasks they run.`;
	};
	return (
		<ConfirmForm
			form={props.form}
			question={`Scale ${page.input.cluster} to how many workers?`}
			confirm={wanted() === undefined ? "Scale" : `Scale to ${counted(wanted() ?? 0, "worker")}`}
			disabled={wanted() === undefined || (!several() && wanted() === now())}
			act={() => props.form.send("/api/cluster/scale", { workers: wanted(), ...(several() && { bridge: bridge() }) })}
		>
			<Show when={several()}>
				<label class="field">
					<span>Colony</span>
					<select on:change={(event) => setBridge(event.currentTarget.value)}>
						<For each={scalers()}>{(link) => <option value={link.bridge}>{`${link.colony} (${link.bridge})`}</option>}</For>
					</select>
					<Show when={page.cluster().bridges.scale > scalers().length}>
						<span class="quiet">
							{scalers().length} of {page.cluster().bridges.scale} that can scale; the others by POST /api/cluster/scale
						</span>
					</Show>
				</label>
			</Show>
			<label class="field">
				<span>Workers</span>
				<input
					inputmode="numeric"
					autocomplete="off"
					maxlength={6}
					value={text()}
					on:input={(event) => setText(event.currentTarget.value)}
				/>
			</label>
			<p role="status">{change()}</p>
		</ConfirmForm>
	);
}
