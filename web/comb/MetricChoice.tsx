import { For, type JSX } from "solid-js";
import { metricWords } from "../format/number.ts";
import { usePage } from "../page-context.tsx";
import { OtherParameters } from "../view/OtherParameters.tsx";

/** What the cells' colour tells: part of the address, so that a link shows what its sender saw. Works without script too. */
export function MetricChoice(props: { metrics: readonly string[]; chosen: string | undefined }): JSX.Element {
	const page = usePage();
	return (
		<form class="comb-choice" method="get">
			<OtherParameters than={["comb"]} />
			<label>
				<span>Colour by</span>
				<select name="comb" class="input-small" on:change={(event) => page.look({ comb: event.currentTarget.value || undefined })}>
					<option value="" selected={props.chosen === undefined}>
						state
					</option>
					<For each={props.metrics}>
						{(metric) => (
							<option value={metric} selected={metric === props.chosen}>
								{metricWords(metric)}
							</option>
						)}
					</For>
				</select>
			</label>
			<button type="submit" class="button button-plain comb-show">
				Show
			</button>
		</form>
	);
}
