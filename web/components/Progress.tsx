import type { JSX } from "solid-js";
import { SPACE } from "../format/text.ts";

/** A share as a bar and a number. Sized by attributes: the page's CSP allows no inline styles. */
export function Progress(props: { share: number; label: string }): JSX.Element {
	const percent = () => Math.floor(props.share * 100);
	return (
		<span class="progress">
			<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
				<rect class="bar-track" width="100" height="6" />
				<rect class="bar-fill" width={percent()} height="6" />
			</svg>
			<span class="progress-number">
				<span class="hidden">{props.label} </span>
				{percent()}
				{SPACE}%
			</span>
		</span>
	);
}
