import { For, type JSX, Show } from "solid-js";
import { count } from "../../format/number.ts";
import { usePage } from "../../page-context.tsx";

/** How many workers have which role, where the colony has roles: the most common first. */
export function Roles(): JSX.Element {
	const page = usePage();
	const of = (role: string) => page.cluster().workers.byRole[role] ?? 0;
	const roles = () => Object.keys(page.cluster().workers.byRole).toSorted((a, b) => of(b) - of(a) || (a < b ? -1 : 1));
	return (
		<Show when={roles().length > 0}>
			<dl class="roles">
				<For each={roles()}>
					{(role) => (
						<div>
							<dt class="cut" title={role}>
								{role}
							</dt>
							<dd>{count(of(role))}</dd>
						</div>
					)}
				</For>
			</dl>
		</Show>
	);
}
