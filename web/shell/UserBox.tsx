import { type JSX, Show } from "solid-js";
import { usePage } from "../page-context.tsx";

/** Who has signed in, and the way out. A form, so that it works without script and no link can do it by itself. */
export function UserBox(): JSX.Element {
	const { user } = usePage().input;
	return (
		<Show when={user}>
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
