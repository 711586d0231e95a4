import { For, type JSX, Show } from "solid-js";
import { AuditAction, type AuditRow } from "../../colony-bridge/protocol/audit.ts";
import { COMMAND_STATES } from "../../colony-bridge/protocol/command-words.ts";
import { ScrollBox } from "../elements/ScrollBox.tsx";
import { count } from "../format/number.ts";
import type { AuditData, PageContext } from "../pages.d.ts";
import { Brand } from "../shell/Brand.tsx";

const instant = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");
const ACTIONS: Record<AuditAction, string> = {
	restart: "Restart a worker",
	scale: "Scale the colony",
	"sign-in": "Sign in",
	"sign-out": "Sign out",
	"token-mint": "Make a token",
	"token-revoke": "Revoke a token",
};

/** Who did what, when, from where and with what result: a plain page, which needs no script. */
export function AuditView(props: { data: AuditData; context: PageContext }): JSX.Element {
	const { data, context } = props;
	const { query } = data;
	const path = `${context.base}/audit`;
	const older = () => {
		const parameters = new URLSearchParams({ ...(query.actor && { actor: query.actor }), ...(query.action && { action: query.action }) });
		parameters.set("cursor", String(data.next));
		return `${path}?${parameters}`;
	};
	return (
		<main class="tokens">
			<Brand title={context.config.title} logoUrl={context.config.logoUrl} href={`${context.base}/`} />
			<h1>Audit</h1>
			<form class="form-line" method="get" action={path}>
				<label class="field">
					<span>Who</span>
					<input name="actor" value={query.actor ?? ""} autocomplete="off" maxlength={200} />
				</label>
				<label class="field">
					<span>What</span>
					<select name="action">
						<option value="">anything</option>
						<For each={AuditAction.options}>
							{(action) => (
								<option value={action} selected={action === query.action}>
									{ACTIONS[action]}
								</option>
							)}
						</For>
					</select>
				</label>
				<button type="submit" class="button">
					Show
				</button>
			</form>
			<section class="panel whole" aria-labelledby="audit-rows">
				<div class="panel-head">
					<h2 id="audit-rows">{query.before === undefined ? "Newest first" : "Older, newest first"}</h2>
					<span class="panel-note">kept for a year, in UTC</span>
				</div>
				<Show when={data.rows.length > 0} fallback={<p class="empty">Nothing of this sort has been written down.</p>}>
					<ScrollBox class="table-box" label="Who did what">
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
								<For each={data.rows}>{(row) => <Row row={row} />}</For>
							</tbody>
						</table>
					</ScrollBox>
				</Show>
			</section>
			<Show when={data.next !== undefined}>
				<p>
					<a href={older()}>Older</a>
				</p>
			</Show>
		</main>
	);
}

function Row(props: { row: AuditRow }): JSX.Element {
	const { at, actor, action, target, result, detail, count: times, endedAt } = props.row;
	const proof = [actor.via === "open" ? "no sign-in" : `${actor.role} by ${actor.via}`, actor.address].filter(Boolean).join(" · ");
	const meaning =
		result === "done" && endedAt === undefined
			? undefined
			: result in COMMAND_STATES && COMMAND_STATES[result as keyof typeof COMMAND_STATES];
	return (
		<tr>
			<td>
				<time datetime={new Date(at).toISOString()}>{instant(at)}</time>
			</td>
			<td>
				<span class="lines-2">
					<span>{actor.name || "somebody"}</span>
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
						<Show when={times > 1}> ({count(times)} of the sort, counted together)</Show>
					</span>
					<Show when={detail}>
						<span class="quiet">{detail}</span>
					</Show>
				</span>
			</td>
		</tr>
	);
}
