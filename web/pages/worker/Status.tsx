import { type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { State } from "../../components/Glyph.tsx";
import { Panel } from "../../components/Panel.tsx";
import { CLUSTER, WORKER } from "../../components/states.ts";
import { Ago, LastHeard, Since } from "../../components/Time.tsx";
import { RestartButton } from "../../control/Buttons.tsx";
import type { Control } from "../../control/control.ts";
import { count } from "../../format/number.ts";
import { Fact, Facts, NotSaid, said, Words } from "../detail/Facts.tsx";

/** What it is and how it is. What the colony never said is not shown as nothing. */
export function Status(props: { worker: WorkerRow; control: Control }): JSX.Element {
	return (
		<Panel title="Status" class="whole" note={props.control.mayAct && <RestartButton control={props.control} worker={props.worker} />}>
			<Facts>
				<Fact name="State">
					<State look={WORKER[props.worker.status]} /> <LastHeard of={props.worker} looks={WORKER} />
				</Fact>
				<Fact name="Health">
					<Show when={props.worker.health} fallback={<NotSaid />}>
						{(health) => <State look={CLUSTER[health()]} />}
					</Show>
				</Fact>
				<Fact name="Last change">
					<Ago at={props.worker.at} />
				</Fact>
				<Fact name="Up">
					<Show when={props.worker.startedAt} fallback={<NotSaid />}>
						{(at) => <Since at={at()} until={props.worker.silentSince} />}
					</Show>
				</Fact>
				<Fact name="Restarts">{said(props.worker.restarts, count)}</Fact>
				<Fact name="Role">{said(props.worker.role)}</Fact>
				<Fact name="Host">{said([props.worker.host, pid(props.worker.pid)].filter(Boolean).join(" · ") || undefined)}</Fact>
				<Fact name="Bridge">{props.worker.bridge}</Fact>
			</Facts>
			<Words of={props.worker.message} none="The colony gives no reason for its state." />
		</Panel>
	);
}

const pid = (number: number | undefined) => number !== undefined && `pid ${number}`;
