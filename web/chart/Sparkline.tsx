import { createMemo, type JSX, Show } from "solid-js";
import { emptyEnd } from "./no-data.ts";
import { SPARK_HEIGHT, sparkPath } from "./path.ts";
import { percent } from "./picture.ts";

/** A line without axes beside a number that says its newest value. @param max the top of it: absent, the greatest of the values */
export function Sparkline(props: { values: readonly (number | null)[]; max?: number | undefined }): JSX.Element {
	// Only where it is another: values may come that draw the same.
	const path = createMemo(() => {
		let max = props.max ?? 0;
		let min = 0;
		for (const value of props.values) {
			if (value === null) continue;
			if (value > max) max = value;
			if (value < min) min = value;
		}
		return sparkPath(props.values, min, max > min ? max : 1);
	});
	const width = () => Math.max(1, props.values.length - 1);
	const line = (attributes: JSX.SvgSVGAttributes<SVGSVGElement>) => (
		<svg {...attributes} viewBox={`0 -1 ${width()} ${SPARK_HEIGHT + 2}`} preserveAspectRatio="none" aria-hidden="true">
			<path d={path()} />
		</svg>
	);
	/** Start of the range without data, as a share of the width. */
	const empty = () => emptyEnd(props.values) / width();
	return (
		<Show when={empty() > 0} fallback={line({ class: "spark" })}>
			<svg class="spark" aria-hidden="true">
				<rect class="no-data" x={percent(Math.max(0, 1 - empty()))} width={percent(Math.min(1, empty()))} height="100%" />
				{line({ width: "100%", height: "100%" })}
			</svg>
		</Show>
	);
}
