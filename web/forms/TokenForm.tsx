import { type JSX, Show } from "solid-js";

/** One form per kind, so that neither has fields that do not apply. */
export function TokenForm(props: { refusal?: string }): JSX.Element {
	return (
		<section class="panel form" aria-labelledby="new-token">
			<h2 id="new-token">A new one</h2>
			<Show when={props.refusal}>
				{(refusal) => (
					<p class="form-refusal" role="alert">
						{refusal()}
					</p>
				)}
			</Show>
			<form class="form-line" method="post" action="/access/tokens">
				<input type="hidden" name="kind" value="bridge" />
				<Field label="A bridge's name" name="name" required />
				<Field label="Cluster (empty: every one)" name="cluster" />
				<Field label="Days (empty: for good)" name="days" inputmode="numeric" />
				<button type="submit" class="button">
					Make a bridge token
				</button>
			</form>
			<form class="form-line" method="post" action="/access/tokens">
				<input type="hidden" name="kind" value="api" />
				<Field label="A program's name" name="name" required />
				<label class="field">
					<span>It may</span>
					<select name="role">
						<option value="viewer">look</option>
						<option value="operator">view and operate</option>
					</select>
				</label>
				<Field label="Days (empty: for good)" name="days" inputmode="numeric" />
				<button type="submit" class="button">
					Make an API token
				</button>
			</form>
		</section>
	);
}

function Field(props: { label: string; name: string; required?: boolean; inputmode?: "numeric" }): JSX.Element {
	return (
		<label class="field">
			<span>{props.label}</span>
			<input
				name={props.name}
				required={props.required ?? false}
				inputmode={props.inputmode ?? "text"}
				autocomplete="off"
				maxlength={100}
			/>
		</label>
	);
}
