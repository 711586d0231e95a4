import { For, type JSX, Show } from "solid-js";
import type { WorkerStatus } from "../../../colony-bridge/protocol/state.ts";
import { Glyph } from "../../elements/Glyph.tsx";
import { Empty, Panel } from "../../elements/Panel.tsx";
import { ScrollBox } from "../../elements/ScrollBox.tsx";
import { WORKER } from "../../elements/states.ts";
import { count, counted } from "../../format/number.ts";
import { usePage } from "../../page-context.tsx";

const STATES = Object.keys(WORKER) as WorkerStatus[];

/** How many workers are in which state, and of which role. */
export function WorkersByState(): JSX.Element {
	const page = usePage();
	const workers = () => page.cluster().workers;
	const states = () => STATES.filter((state) => (workers().byStatus[state] ?? 0) > 0);
	const of = (state: WorkerStatus) => workers().byStatus[state] ?? 0;
	const before = (state: WorkerStatus) =>
		states()
			.slice(0, states().indexOf(state))
			.reduce((sum, other) => sum + of(other), 0);
	const share = (n: number) => (n / Math.max(1, workers().total)) * 100;
	const ofRole = (role: string) => workers().byRole[role] ?? 0;
	const roles = () => Object.keys(workers().byRole).toSorted((a, b) => ofRole(b) - ofRole(a) || (a < b ? -1 : 1));
	return (
		<Panel title="Workers by state" class="area-workers" note={counted(workers().total, "worker")}>
			<Show when={workers().total > 0} fallback={<Empty>The colony lists no workers.</Empty>}>
				<svg class="stack-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
					<For each={states()}>
						{(state) => (
							<rect
								class={`tone-${WORKER[state].tone} shape-${WORKER[state].shape}`}
								x={share(before(state))}
								width={share(of(state))}
								height="8"
							/>
						)}
					</For>
				</svg>
				<ScrollBox class="lines" label="Workers by state and role">
					<ul class="tally">
						<For each={states()}>
							{(state) => (
								<li>
									<Glyph shape={WORKER[state].shape} tone={WORKER[state].tone} />
									<span>{WORKER[state].word}</span>
									<span class="tally-number">{count(of(state))}</span>
									<span class="quiet tally-share">{Math.round(share(of(state)))} %</span>
								</li>
							)}
						</For>
					</ul>
					<Show when={roles().length > 0}>
						<h3 class="tally-head">By role</h3>
						<ul class="tally">
							<For each={roles()}>
								{(role) => (
									<li>
										<span class="tally-dot" />
										<span class="cut" title={role}>
											{role}
										</span>
										<span class="tally-number">{count(ofRole(role))}</span>
										<span class="quiet tally-share">{Math.round(share(ofRole(role)))} %</span>
									</li>
								)}
							</For>
						</ul>
					</Show>
				</ScrollBox>
			</Show>
		</Panel>
	);
}
