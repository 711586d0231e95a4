import { For, type JSX, Show } from "solid-js";
import type { AuditAction, AuditRow } from "../../../colony-bridge/protocol/http/audit.ts";
import { COMMAND_STATES } from "../../../colony-bridge/protocol/query/command-words.ts";
import { rowCursor } from "../../../colony-bridge/protocol/query/row-cursor.ts";
import { Empty, Panel } from "../../components/Panel.tsx";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { At } from "../../components/Time.tsx";
import { count } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";
import { OtherParameters } from "../../view/OtherParameters.tsx";

const ACTIONS: Record<AuditAction, string> = {
	restart: "Restart a worker",
	scale: "Scale the colony",
	"sign-in": "Sign in",
	"password-guessing": "Password guessing",
	"sign-out": "Sign out",
	"token-create": "Create a token",
	"token-revoke": "Revoke a token",
	"cluster-delete": "Delete a cluster",
	annotate: "Write an annotation",
	"annotation-change": "Change an annotation",
	"annotation-delete": "Delete an annotation",
};

/** The audit log as of the request: actions with time, origin and result. */
export default function Audit(): JSX.Element {
	const page = usePage();
	const audit = () => page.input.audit;
	const query = () => audit()?.query;
	const filtered = () => query()?.actor !== undefined || query()?.action !== undefined || query()?.before !== undefined;
	const rows = () => audit()?.rows ?? [];
	return (
		<div class="stack">
			<form class="form-line" method="get">
				<OtherParameters than={["actor", "action", "cursor"]} />
				<label class="field">
					<span>Who</span>
					<input name="actor" value={query()?.actor ?? ""} autocomplete="off" maxlength={200} />
				</label>
				<label class="field">
					<span>What</span>
					<select name="action">
						<option value="">anything</option>
						<For each={Object.entries(ACTIONS)}>
							{([action, words]) => (
								<option value={action} selected={action === query()?.action}>
									{words}
								</option>
							)}
						</For>
					</select>
				</label>
				<button type="submit" class="button">
					Show
				</button>
			</form>
			<Panel title={query()?.before === undefined ? "Actions" : "Older actions"} class="whole" note="newest first, kept for a year">
				<Show when={rows().length > 0} fallback={<Empty>{filtered() ? "No matching entries." : "No actions recorded."}</Empty>}>
					<ScrollBox class="table-box" label="Actions">
						<table class="plain-table">
							<thead>
								<tr>
									<th>When</th>
									<th>Who</th>
									<th>What</th>
									<th>Result</th>
								</tr>
							</thead>
							<tbody>
								<For each={rows()}>{(row) => <Row row={row} />}</For>
							</tbody>
						</table>
					</ScrollBox>
				</Show>
			</Panel>
			<Show when={audit()?.next}>
				{(next) => (
					<p>
						<a href={page.url.address({ cursor: rowCursor(next().id, next().at) })}>Older</a>
					</p>
				)}
			</Show>
			<Show when={page.mayAct() && page.data.cluster().position > 0}>
				<DeleteForm
					cluster={page.input.cluster}
					action={page.links.path("/audit/delete")}
					isDefault={page.input.base === page.input.root}
				/>
			</Show>
		</div>
	);
}

/** A form that works without script; typing the name confirms. */
function DeleteForm(props: { cluster: string; action: string; isDefault: boolean }): JSX.Element {
	return (
		<Panel title="Delete this cluster" class="whole">
			<form class="form-line delete-form" method="post" action={props.action}>
				<p class="whole">
					This deletes all data of “{props.cluster}” for good: state, logs, tasks and history
					{props.isDefault ? ". This record, which is the whole dashboard's, stays." : ", and this record."} A bridge that still pushes
					creates the cluster again: stop it first.
				</p>
				<label class="field">
					<span>Type {props.cluster} to confirm</span>
					<input name="confirm" required autocomplete="off" maxlength={100} />
				</label>
				<button type="submit" class="button">
					Delete cluster and data
				</button>
			</form>
		</Panel>
	);
}

function Row(props: { row: AuditRow }): JSX.Element {
	const { at, actor, action, target, result, detail, count: times, endedAt } = props.row;
	const proof = [
		actor.via === "open" ? "no sign-in" : actor.via === "none" ? "not signed in" : `${actor.role} by ${actor.via}`,
		actor.address,
	]
		.filter(Boolean)
		.join(" · ");
	const meaning =
		result === "done" && endedAt === undefined
			? undefined
			: result in COMMAND_STATES && COMMAND_STATES[result as keyof typeof COMMAND_STATES];
	return (
		<tr>
			<td>
				<At at={at} />
			</td>
			<td>
				<span class="lines-2">
					<span>{actor.name || "unknown user"}</span>
					<span class="quiet">{proof}</span>
				</span>
			</td>
			<td>
				<span class="lines-2">
					<span>{ACTIONS[action]}</span>
					<Show when={target}>
						<span class="quiet">{target}</span>
					</Show>
				</span>
			</td>
			<td>
				<span class="lines-2" title={meaning || undefined}>
					<span>
						{result}
						<Show when={times > 1}> ({count(times)} of this kind, counted together)</Show>
					</span>
					<Show when={detail}>
						<span class="quiet">{detail}</span>
					</Show>
				</span>
			</td>
		</tr>
	);
}
