import { type JSX, Show } from "solid-js";
import { usePage } from "../page-context.tsx";

/** Who has signed in, and the way out. A form, so that it works without script and no link can do it by itself. */
export function UserBox(): JSX.Element {
	const { user, lacksSignIn } = usePage().input;
	return (
		<Show when={user} fallback={lacksSignIn && <ReadOnly />}>
			{(known) => (
				<div class="user-box">
					<span class="cut" title={`${known().name}, ${known().role}`}>
						{known().name} · {known().role}
					</span>
					<Show when={known().role === "operator"}>
						<a href="/access/tokens">Tokens</a>
					</Show>
					<Show when={known().via === "session"}>
						<form method="post" action="/access/sign-out">
							<button type="submit">Sign out</button>
						</form>
					</Show>
				</div>
			)}
		</Show>
	);
}

/** Why nobody can act here, and what an operator does about it. */
function ReadOnly(): JSX.Element {
	return (
		<details class="user-box read-only">
			<summary>Read-only</summary>
			<p>
				Nobody signs in here, so whoever has the address may look and nobody may act. To let operators sign in, set the secret{" "}
				<code>AUTH_USERS</code>.
			</p>
		</details>
	);
}
