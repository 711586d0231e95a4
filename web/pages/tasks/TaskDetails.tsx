import { For, type JSX, Show } from "solid-js";
import type { RelatedTask, TaskView } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { TaskLink, WorkerLink } from "../../components/Links.tsx";
import { Empty, Panel } from "../../components/Panel.tsx";
import { Progress } from "../../components/Progress.tsx";
import { type StatusMark, TASK } from "../../components/status.ts";
import { At, LastHeard, Since } from "../../components/Time.tsx";
import { count, counted } from "../../format/number.ts";
import { elapsed } from "../../format/time.ts";
import { usePage } from "../../page/context.tsx";

const UNKNOWN: StatusMark = { shape: "question", tone: "off", word: "not known" };

/** One task: its status, its tries and related tasks. */
export function TaskDetails(props: { task: TaskView }): JSX.Element {
	const page = usePage();
	const newest = () => props.task.attempts[0];
	const name = () => props.task.active?.name ?? newest()?.name;
	const kind = () => props.task.active?.kind ?? newest()?.kind;
	const status = () => props.task.active?.status ?? newest()?.status;
	return (
		<Panel
			title={name() === undefined ? "Task" : `Task ${name()}`}
			class="whole task-details"
			note={
				<a
					class="worker-link"
					href={page.url.address({ task: undefined })}
					on:click={(event) => {
						if (event.ctrlKey || event.metaKey || event.shiftKey) return;
						event.preventDefault();
						page.url.change({ task: undefined });
					}}
				>
					Close
				</a>
			}
		>
			<Show
				when={status()}
				fallback={
					<Empty>
						<span>
							No task <code>{props.task.id}</code> is active, and none of that id is among the {count(page.data.cluster().tasks.retained)}{" "}
							ended ones that are kept.
						</span>
					</Empty>
				}
			>
				{(known) => (
					<>
						<dl class="facts">
							<Fact name="Id">
								<code class="cut" title={props.task.id}>
									{props.task.id}
								</code>
							</Fact>
							<Fact name="State">
								<StatusLabel mark={TASK[known()]} /> <LastHeard of={props.task.active ?? {}} marks={TASK} />
							</Fact>
							<Fact name="Worker">
								<WorkerLink id={props.task.active ? props.task.active.worker : newest()?.worker} absent="not reported" />
							</Fact>
							<Fact name="Kind">{kind() ?? <span class="quiet">not reported</span>}</Fact>
							<Fact name="Finished attempts">{count(props.task.total)}</Fact>
							<Show when={props.task.parent}>
								{(parent) => (
									<Fact name="Parent task">
										<Related task={parent()} />
									</Fact>
								)}
							</Show>
						</dl>
						<Show when={props.task.active}>
							{(active) => (
								<p class="task-active">
									{TASK[active().lastStatus ?? active().status].word}
									<Show when={active().attempt}>{(attempt) => <>, attempt {attempt()}</>}</Show>
									<Show when={active().startedAt ?? active().queuedAt}>
										{(at) => (
											<>
												, for <Since at={at()} until={active().staleSince} />
												{active().staleSince !== undefined && " when last heard"}
											</>
										)}
									</Show>
									<Show when={active().progress !== undefined}>
										<Progress share={active().progress ?? 0} label="progress" />
									</Show>
								</p>
							)}
						</Show>
						<ol class="task-attempts">
							<For each={props.task.attempts}>
								{(end) => (
									<li>
										<p class="task-attempt">
											<StatusLabel mark={TASK[end.status]} />
											<Show when={end.attempt}>{(attempt) => <span class="tag">attempt {attempt()}</span>}</Show>
											<span>
												ended <At at={end.endedAt} />
												<Show when={end.durationMs !== undefined}>, took {elapsed(end.durationMs ?? 0)}</Show>
												<Show when={end.waitMs !== undefined}>, waited {elapsed(end.waitMs ?? 0)}</Show>
												<Show when={end.worker}>
													, on <WorkerLink id={end.worker} />
												</Show>
											</span>
										</p>
										<Show when={end.error}>
											{(error) => (
												<>
													<p class="task-error">
														<Show when={error().type}>
															<strong>{error().type}: </strong>
														</Show>
														{error().message}
													</p>
													<Show when={error().stack}>
														<details>
															<summary>Stack</summary>
															<pre>{error().stack}</pre>
														</details>
													</Show>
												</>
											)}
										</Show>
									</li>
								)}
							</For>
						</ol>
						<Group title="Depends on" tasks={props.task.dependencies} total={props.task.dependencies.length} />
						<Group title="Child tasks" tasks={props.task.children} total={props.task.childrenTotal} />
					</>
				)}
			</Show>
		</Panel>
	);
}

function Fact(props: { name: string; children: JSX.Element }): JSX.Element {
	return (
		<div>
			<dt>{props.name}</dt>
			<dd>{props.children}</dd>
		</div>
	);
}

function Related(props: { task: RelatedTask }): JSX.Element {
	return (
		<span class="task-related">
			<StatusLabel mark={props.task.status === "unknown" ? UNKNOWN : TASK[props.task.status]} />
			<TaskLink id={props.task.id}>{props.task.name ?? props.task.id}</TaskLink>
		</span>
	);
}

function Group(props: { title: string; tasks: readonly RelatedTask[]; total: number }): JSX.Element {
	return (
		<Show when={props.tasks.length > 0}>
			<div class="task-group">
				<h3>
					{props.title}{" "}
					<span class="quiet">
						<Show when={props.tasks.length < props.total}>{count(props.tasks.length)} of </Show>
						{counted(props.total, "task")}
					</span>
				</h3>
				<ul>
					<For each={props.tasks}>
						{(task) => (
							<li>
								<Related task={task} />
							</li>
						)}
					</For>
				</ul>
			</div>
		</Show>
	);
}
