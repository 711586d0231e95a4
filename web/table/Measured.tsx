import { type JSX, Show } from "solid-js";
import { Sparkline } from "../chart/Sparkline.tsx";
import { inFull, quantity } from "../format/number.ts";

/** A number with a sparkline of the last minutes. @param props.max and `rate`: as in Sparkline */
export function Measured(props: {
	value: number | undefined;
	unit: string;
	line: readonly (number | null)[] | undefined;
	max?: number;
	rate?: boolean;
}): JSX.Element {
	const text = () => (props.value === undefined ? "–" : quantity(props.value, props.unit));
	return (
		<span class="measured">
			<Show when={props.line} fallback={<span class="spark" />}>
				{(line) => <Sparkline values={line()} max={props.max} rate={props.rate} />}
			</Show>
			<span class="measured-number" title={props.value === undefined ? undefined : inFull(props.value, text())}>
				{text()}
			</span>
		</span>
	);
}
