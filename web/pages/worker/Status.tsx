import { type JSX, Show } from "solid-js";
import type { WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { Panel } from "../../components/Panel.tsx";
import { CLUSTER, WORKER } from "../../components/status.ts";
import { Ago, LastHeard } from "../../components/Time.tsx";
import { RestartButton } from "../../control/Buttons.tsx";
import type { Control } from "../../control/control.ts";
import { count } from "../../format/number.ts";
import { Fact, Facts, NotReported, reported, Words } from "../detail/Facts.tsx";
import { Uptime } from "../detail/Uptime.tsx";

/** Properties of a worker. A property that was never reported is not shown as zero. */
export function Status(props: { worker: WorkerRow; control: Control }): JSX.Element {
	return (
		<Panel title="Status" class="whole" note={props.control.mayAct && <RestartButton control={props.control} worker={props.worker} />}>
			<Facts>
				<Fact name="State">
					<StatusLabel mark={WORKER[props.worker.status]} /> <LastHeard of={props.worker} marks={WORKER} />
				</Fact>
				<Fact name="Health">
					<Show when={props.worker.health} fallback={<NotReported />}>
						{(health) => <StatusLabel mark={CLUSTER[health()]} />}
					</Show>
				</Fact>
				<Fact name="Last change">
					<Ago at={props.worker.at} />
				</Fact>
				<Fact name="Up">
					<Uptime worker={props.worker} none={<NotReported />} />
				</Fact>
				<Fact name="Restarts">{reported(props.worker.restarts, count)}</Fact>
				<Fact name="Role">{reported(props.worker.role)}</Fact>
				<Fact name="Host">{reported([props.worker.host, pid(props.worker.pid)].filter(Boolean).join(" · ") || undefined)}</Fact>
				<Fact name="Bridge">{props.worker.bridge}</Fact>
			</Facts>
			<Words of={props.worker.message} />
		</Panel>
	);
}

const pid = (number: number | undefined) => number !== undefined && `pid ${number}`;
