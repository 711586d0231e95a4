import { For, type JSX } from "solid-js";
import { usePage } from "../page/context.tsx";
import { live, shifted, stepInWords } from "./time.ts";
import { UrlLink } from "./UrlLink.tsx";

const STEPS = [
	{ by: -1, arrow: "←", way: "back" },
	{ by: 1, arrow: "→", way: "forward" },
];

/** Links that move the time shown by its own length, and back to the present. @param props.children others, before the last */
export function StepLinks(props: { class: string; live: JSX.Element; children?: JSX.Element }): JSX.Element {
	const page = usePage();
	const now = () => page.past()?.now ?? page.time.clock.now();
	return (
		<p class={props.class}>
			<For each={STEPS}>
				{({ by, arrow, way }) => (
					<UrlLink changes={shifted(page.url.view(), by, now())} label={`${stepInWords(page.url.view())} ${way}`}>
						{arrow} {stepInWords(page.url.view())}
					</UrlLink>
				)}
			</For>
			{props.children}
			<UrlLink changes={live(page)} class="view-live">
				{props.live}
			</UrlLink>
		</p>
	);
}
