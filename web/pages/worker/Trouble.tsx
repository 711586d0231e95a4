import { type JSX, Show } from "solid-js";
import type { EndedRow, LogRow, WorkerRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { workerClass } from "../../../colony-bridge/protocol/query/status.ts";
import { NOT_HEARD } from "../../../colony-bridge/protocol/wire/liveness.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { TaskLink } from "../../components/Links.tsx";
import { TASK } from "../../components/status.ts";
import { Ago, Begin, Lasted } from "../../components/Time.tsx";
import { capitalized } from "../../format/text.ts";
import { WORKER_CLASS } from "../detail/worker-class.ts";

const ofTask = ({ name, status, error }: EndedRow): string =>
	[`${name} ${TASK[status].word}`, error?.type, error?.message].filter(Boolean).join(": ");

/** Why a worker is in trouble: duration, reason and last activity. Hidden if it is healthy. */
export function Trouble(props: { worker: WorkerRow; task: EndedRow | undefined; line: LogRow | undefined }): JSX.Element {
	const mark = () => {
		const { status, health } = props.worker;
		// Unknown while its bridge is stale.
		const known = status === NOT_HEARD ? undefined : WORKER_CLASS[workerClass({ status, ...(health && { health }) })];
		return known?.tone === "bad" || known?.tone === "warn" || status === "stopped" ? known : undefined;
	};
	return (
		<Show when={mark()}>
			{(known) => (
				<section class={`trouble verdict-${known().tone}`} aria-label="Trouble">
					<p class="verdict-word">
						<Glyph shape={known().shape} tone={known().tone} /> {capitalized(known().word)}
						<Show when={props.worker.since}>
							{(at) => (
								<>
									{" for "}
									<Lasted at={at()} />
									<span class="quiet verdict-since">
										{" since "}
										<Begin at={at()} />
									</span>
								</>
							)}
						</Show>
					</p>
					<p class="trouble-reason">{props.worker.message ?? "The colony gives no reason."}</p>
					<dl>
						<Show when={props.task}>
							{(task) => (
								<div>
									<dt>Last task</dt>
									<dd>
										<Ago at={task().endedAt} />
									</dd>
									<dd title={ofTask(task())}>
										<TaskLink id={task().task} class="worker-link">
											{ofTask(task())}
										</TaskLink>
									</dd>
								</div>
							)}
						</Show>
						<Show when={props.line}>
							{(line) => (
								<div>
									<dt>Last log line</dt>
									<dd>
										<Ago at={line().at} />
									</dd>
									<dd title={line().message}>{`${line().level}: ${line().message}`}</dd>
								</div>
							)}
						</Show>
					</dl>
				</section>
			)}
		</Show>
	);
}
