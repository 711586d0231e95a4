import type { JSX } from "solid-js";
import { SPARK_HEIGHT, sparkPath } from "./path.ts";

/** A line without axes beside a number that says its newest value. @param max the top of it: absent, the greatest of the values */
export function Sparkline(props: { values: readonly (number | null)[]; max?: number | undefined }): JSX.Element {
	const path = () => {
		let max = props.max ?? 0;
		let min = 0;
		for (const value of props.values) {
			if (value === null) continue;
			if (value > max) max = value;
			if (value < min) min = value;
		}
		return sparkPath(props.values, min, max > min ? max : 1);
	};
	return (
		<svg
			class="spark"
			viewBox={`0 -1 ${Math.max(1, props.values.length - 1)} ${SPARK_HEIGHT + 2}`}
			preserveAspectRatio="none"
			aria-hidden="true"
		>
			<path d={path()} />
		</svg>
	);
}
