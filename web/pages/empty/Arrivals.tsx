import { createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import type { ArrivalsAnswer } from "../../../colony-bridge/protocol/http/rest.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { mark, type StatusMark } from "../../components/status.ts";
import { Ago } from "../../components/Time.tsx";
import { usePage } from "../../page/context.tsx";
import type { ConnectHelp } from "../../page/pages.d.ts";

type Seen = NonNullable<ConnectHelp["seen"]>;

/** Time between two questions, ms. */
const ASK_MS = 2000;

interface Step {
	mark: StatusMark;
	text: string;
	at?: number;
}

const waiting = (text: string): Step => ({ mark: mark("ring", "off", "not yet"), text });
const done = (text: string, at: number): Step => ({ mark: mark("check", "good", "done"), text, at });
const failed = (text: string, { timestamp, reason }: NonNullable<Seen["refused"]>): Step => ({
	mark: mark("cross", "bad", "failed"),
	text: `${text}: ${reason}`,
	at: Date.parse(timestamp),
});

/** Of a success and a failure the later one counts. */
const isLater = (refused: Seen["refused"], than: string | undefined): refused is NonNullable<Seen["refused"]> =>
	refused !== undefined && (than === undefined || Date.parse(refused.timestamp) >= Date.parse(than));

/** @returns the steps from a bridge's start to the colony on the screen, and how far each has come */
export function stepsOf({ reached, admitted, refused, push_refused }: Seen): [Step, Step, Step] {
	return [
		reached === undefined
			? waiting("No request of a bridge has reached this address yet. If one runs: does it have this address, and a way to it?")
			: done("A bridge's request reached this address", Date.parse(reached)),
		isLater(refused, admitted)
			? failed("Its token was refused", refused)
			: admitted === undefined
				? waiting("Its token has not been seen yet")
				: done("Its token was accepted", Date.parse(admitted)),
		push_refused === undefined
			? waiting("Its first frame has not arrived yet. When it does, this page becomes the colony's")
			: failed("Its push was refused", push_refused),
	];
}

/** The list of what bridges have met with here, kept up to date while the page is in sight. */
export function Arrivals(): JSX.Element {
	const page = usePage();
	const [seen, setSeen] = createSignal<Seen>(page.input.connect?.seen ?? {});
	onMount(() => {
		const stop = new AbortController();
		let busy = false;
		const ask = async () => {
			// Nothing that is shown may change before all of the page is hydrated.
			if (busy || document.hidden || !page.display.hydrated()) return;
			busy = true;
			try {
				const answer = await fetch(page.links.path("/api/arrivals"), { cache: "no-store", signal: stop.signal });
				if (answer.ok) setSeen((await answer.json()) as ArrivalsAnswer);
			} catch {
				// The page's own connection says so, and comes back by itself.
			}
			busy = false;
		};
		const timer = setInterval(ask, ASK_MS);
		onCleanup(() => {
			clearInterval(timer);
			stop.abort();
		});
	});
	return (
		<section aria-labelledby="arrivals">
			<h3 id="arrivals">From bridges so far</h3>
			<ul class="arrivals">
				<For each={[0, 1, 2] as const}>
					{(i) => {
						const step = () => stepsOf(seen())[i];
						return (
							<li>
								<Glyph shape={step().mark.shape} tone={step().mark.tone} />
								<span aria-live="polite">
									<span class="hidden">{step().mark.word}: </span>
									{step().text}
								</span>
								<Show when={step().at}>
									{(at) => (
										<span class="quiet">
											<Ago at={at()} />
										</span>
									)}
								</Show>
							</li>
						);
					}}
				</For>
			</ul>
		</section>
	);
}
