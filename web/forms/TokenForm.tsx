import { type JSX, Show } from "solid-js";

/** One form per kind, so that neither has fields that do not apply. */
export function TokenForm(props: { refusal?: string }): JSX.Element {
	return (
		<section class="panel form" aria-labelledby="new-token">
			<h2 id="new-token">New token</h2>
			<Show when={props.refusal}>
				{(refusal) => (
					<p class="form-refusal" role="alert">
						{refusal()}
					</p>
				)}
			</Show>
			<form class="form-line" method="post" action="/access/tokens">
				<input type="hidden" name="kind" value="bridge" />
				<Field label="Bridge name" name="name" required />
				<Field label="Cluster (empty: all)" name="cluster" />
				<Field label="Valid for days (empty: no expiry)" name="days" inputmode="numeric" />
				<button type="submit" class="button">
					Create a bridge token
				</button>
			</form>
			<form class="form-line" method="post" action="/access/tokens">
				<input type="hidden" name="kind" value="api" />
				<Field label="Program name" name="name" required />
				<label class="field">
					<span>Role</span>
					<select name="role">
						<option value="viewer">viewer</option>
						<option value="operator">operator</option>
					</select>
				</label>
				<Field label="Valid for days (empty: no expiry)" name="days" inputmode="numeric" />
				<button type="submit" class="button">
					Create an API token
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
