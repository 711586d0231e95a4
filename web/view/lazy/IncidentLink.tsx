import { createSignal, type JSX, Show } from "solid-js";
import type { TokenAnswer } from "../../../colony-bridge/protocol/http/access.ts";
import type { Problem } from "../../../colony-bridge/protocol/wire/problem.ts";
import { clock } from "../../format/time.ts";
import { copyText } from "../../page/clipboard.ts";
import { type Page, usePage } from "../../page/context.tsx";
import { inOneSentence } from "./sentence.ts";

/** A link to the report of the instant that the page shows, for who has no account: it shows that and nothing else. For operators. */
export function IncidentLink(): JSX.Element {
	const page = usePage();
	const [redacted, setRedacted] = createSignal(false);
	const [made, setMade] = createSignal<{ text: string; copied: boolean }>();
	const [refusal, setRefusal] = createSignal<string>();
	const make = async () => {
		setMade(undefined);
		setRefusal(undefined);
		try {
			const inUtc = page.time.inUtc();
			const told = inOneSentence(page.data.latest(), (at) => clock(at, inUtc).slice(0, 5) + (inUtc ? " UTC" : ""));
			const text = `${told}\n${await incidentAddress(page, redacted())}`;
			setMade({ text, copied: await copyText(text) });
		} catch (error) {
			setRefusal((error as Error).message);
		}
	};
	return (
		<div class="time-incident">
			<p class="time-buttons">
				<button type="button" class="button button-plain button-small" on:click={() => void make()}>
					Copy incident link
				</button>
				<label>
					<input type="checkbox" checked={redacted()} on:change={(event) => setRedacted(event.currentTarget.checked)} /> without names and
					texts
				</label>
			</p>
			<p class="quiet">A report of this time for people without an account, for 7 days. Tokens lists it and takes it back.</p>
			<p role="status">
				<Show when={made()}>{(link) => (link().copied ? "Copied:" : "The browser does not allow copying here. The link is:")}</Show>
				<Show when={refusal()}>{(why) => <span class="form-refusal">{why()}</span>}</Show>
			</p>
			<Show when={made()}>
				{(link) => (
					<textarea class="time-link-text" rows="2" readonly aria-label="Incident link" on:focus={(event) => event.currentTarget.select()}>
						{link().text}
					</textarea>
				)}
			</Show>
		</div>
	);
}

/** @throws with a message for the reader */
async function incidentAddress(page: Page, redacted: boolean): Promise<string> {
	const { at, end = at, range } = page.url.view();
	const { cluster, base, root } = page.input;
	const wanted = {
		kind: "incident",
		name: `${cluster}, ${new Date(end ?? page.time.now()).toISOString().slice(0, 16)}`.slice(-100),
		...(base !== root && { cluster }),
		at: Math.round(end ?? page.time.now()),
		...(range && { range }),
		redacted,
	};
	const response = await fetch(`${root}/api/tokens`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(wanted),
	});
	const answer = (await response.json().catch(() => ({}))) as Partial<Pick<TokenAnswer, "address"> & Pick<Problem, "detail">>;
	if (!response.ok || answer.address === undefined) throw new Error(answer.detail ?? `The dashboard answered ${response.status}.`);
	return location.origin + answer.address;
}
