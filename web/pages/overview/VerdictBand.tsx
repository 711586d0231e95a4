import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { Finding } from "../../../colony-bridge/protocol/query/view.ts";
import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { StatusStrip } from "../../components/StatusStrip.tsx";
import { CLUSTER } from "../../components/status.ts";
import { rangeFor } from "../../components/status-history.ts";
import { Begin, Lasted } from "../../components/Time.tsx";
import { count, counted } from "../../format/number.ts";
import { roughly } from "../../format/time.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { loadCode } from "../../page/load-code.ts";
import { Findings } from "../../shell/Findings.tsx";
import { verdict } from "../../shell/verdict.ts";

/** The cluster's status, its last day and its findings. */
export function VerdictBand(): JSX.Element {
	const page = usePage();
	const verdicts = useAnswer("statusChanges");
	const now = () => verdict(page);
	const range = createMemo(() => rangeFor(verdicts().rows.at(-1)?.at ?? page.time.now(), page.time.now()));
	const ago = () => `${roughly(durationMs(range()))} ago`;
	const [dialog, setDialog] = createSignal<() => JSX.Element>();
	const restart = (workers: readonly string[]) =>
		loadCode(() => import("../../control/lazy/RestartWorkers.tsx"), page).then(
			({ RestartWorkers }) => setDialog(() => () => <RestartWorkers workers={workers} closed={() => setDialog(undefined)} />),
			() => {},
		);
	const action = ({ restart: asked }: Finding) => (
		<Show when={page.mayAct() && asked}>
			{(known) => (
				<button
					type="button"
					class="button button-plain button-small"
					aria-haspopup="dialog"
					disabled={!page.display.hydrated()}
					on:click={() => void restart(known().workers)}
				>
					{known().workers.length === 1 ? "Restart…" : `Restart ${counted(known().workers.length, "worker")}…`}
				</button>
			)}
		</Show>
	);
	return (
		<section class={`verdict verdict-${now().mark.tone}`} aria-label="Health">
			<div class="verdict-head">
				<Glyph shape={now().mark.shape} tone={now().mark.tone} />
				<p class="verdict-word">
					{now().mark.word}
					<Show when={now().since}>
						{(since) => (
							<span>
								{" for "}
								<Lasted at={since()} current />
								<span class="quiet verdict-since">
									{" since "}
									<Begin at={since()} />
								</span>
							</span>
						)}
					</Show>
				</p>
				<div class="verdict-day">
					<StatusStrip
						changes={verdicts().rows}
						range={range()}
						marks={CLUSTER}
						staleSince={page.data.staleSince()}
						label={(troubles) => `Since ${ago()}: ${troubles || "no trouble"}`}
					/>
					<p class="quiet verdict-axis" aria-hidden="true">
						<span>{ago()}</span>
						<span>{page.past() ? "then" : "now"}</span>
					</p>
				</div>
			</div>
			<Show when={now().all.length > 0} fallback={<p class="verdict-reason">{now().reason}</p>}>
				<Findings of={now().all} action={action}>
					<Show when={now().more > 0}>
						<li class="finding quiet">and {count(now().more)} more</li>
					</Show>
				</Findings>
			</Show>
			{dialog()?.()}
		</section>
	);
}
