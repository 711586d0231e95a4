import { For, type JSX, Show } from "solid-js";
import type { Token } from "../../colony-bridge/protocol/http/access.ts";
import { ScrollBox } from "../components/ScrollBox.tsx";
import type { PageContext, TokensForm } from "../page/pages.d.ts";
import { Brand } from "../shell/Brand.tsx";

function accessOf({ kind, cluster, role, incident }: Token): string {
	if (kind === "bridge") return `push to ${cluster === undefined ? "all clusters" : cluster}`;
	if (incident) {
		const { at, range, redacted } = incident;
		return `see ${cluster ?? "the default cluster"} as of ${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC, ${range}${redacted ? ", redacted" : ""}`;
	}
	return role === "operator" ? "view and operate" : "look";
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const hour = (at: number): string => `${new Date(at).toISOString().slice(0, 13).replace("T", " ")}h UTC`;

/** Access tokens of programs and bridges; works without script. */
export function TokensPage(props: { form: TokensForm; context: PageContext }): JSX.Element {
	const { form, context } = props;
	return (
		<main class="tokens">
			<div class="page-head">
				<Brand title={context.config.title} logoUrl={context.config.logoUrl} href={`${context.root}/`} />
				<Show when={context.user?.via === "session"}>
					<form method="post" action={`${context.root}/access/sign-out`}>
						<button type="submit" class="button button-plain">
							Sign out
						</button>
					</form>
				</Show>
			</div>
			<h1>Tokens</h1>
			<Show when={form.minted}>
				{(minted) => (
					<section class="panel minted" role="status">
						<h2>Token “{minted().name}”</h2>
						<p>Copy it now: only its hash is kept, so it is never shown again.</p>
						<code class="minted-text">{minted().text}</code>
					</section>
				)}
			</Show>
			<TokenForm action={`${context.root}/access/tokens`} {...(form.refusal !== undefined && { refusal: form.refusal })} />
			<section class="panel whole">
				<div class="panel-head">
					<h2>In use</h2>
					<span class="panel-note">{form.tokens.length}</span>
				</div>
				<Show when={form.tokens.length > 0} fallback={<p class="empty">No tokens.</p>}>
					<ScrollBox class="table-box" label="Tokens">
						<table class="plain-table">
							<thead>
								<tr>
									<th>Name</th>
									<th>Access</th>
									<th>Created</th>
									<th>Expires</th>
									<th>Last used</th>
									<th>
										<span class="hidden">Revoke</span>
									</th>
								</tr>
							</thead>
							<tbody>
								<For each={form.tokens}>
									{(token) => (
										<tr>
											<td>{token.name}</td>
											<td>{accessOf(token)}</td>
											<td>
												{day(token.createdAt)} by {token.createdBy || "unknown user"}
											</td>
											<td>{token.expiresAt === undefined ? "never" : day(token.expiresAt)}</td>
											<td>{token.usedAt === undefined ? "never" : hour(token.usedAt)}</td>
											<td>
												<form method="post" action={`${context.root}/access/tokens/${token.id}/revoke`}>
													<button type="submit" class="button button-plain" aria-label={`Revoke ${token.name}`}>
														Revoke
													</button>
												</form>
											</td>
										</tr>
									)}
								</For>
							</tbody>
						</table>
					</ScrollBox>
				</Show>
			</section>
		</main>
	);
}

/** One form per kind, so that neither has fields that do not apply. */
function TokenForm(props: { action: string; refusal?: string }): JSX.Element {
	return (
		<section class="panel form" aria-labelledby="new-token">
			<h2 id="new-token">New token</h2>
			<Show when={props.refusal}>
				{(refusal) => (
					<p class="form-refusal" role="alert">
						{refusal()}
					</p>
				)}
			</Show>
			<form class="form-line" method="post" action={props.action}>
				<input type="hidden" name="kind" value="bridge" />
				<Field label="Bridge name" name="name" required />
				<Field label="Cluster (empty: all)" name="cluster" />
				<Field label="Valid for days (empty: no expiry)" name="days" inputmode="numeric" />
				<button type="submit" class="button">
					Create a bridge token
				</button>
			</form>
			<form class="form-line" method="post" action={props.action}>
				<input type="hidden" name="kind" value="api" />
				<Field label="Program name" name="name" required />
				<label class="field">
					<span>Role</span>
					<select name="role">
						<option value="viewer">viewer</option>
						<option value="operator">operator</option>
					</select>
				</label>
				<Field label="Valid for days (empty: no expiry)" name="days" inputmode="numeric" />
				<button type="submit" class="button">
					Create an API token
				</button>
			</form>
		</section>
	);
}

function Field(props: { label: string; name: string; required?: boolean; inputmode?: "numeric" }): JSX.Element {
	return (
		<label class="field">
			<span>{props.label}</span>
			<input
				name={props.name}
				required={props.required ?? false}
				inputmode={props.inputmode ?? "text"}
				autocomplete="off"
				maxlength={100}
			/>
		</label>
	);
}
