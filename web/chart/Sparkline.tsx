import type { JSX } from "solid-js";
import { linePath } from "./path.ts";

const BOX = { width: 90, height: 20 };

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
		return linePath(props.values, { ...BOX, min, max: max > min ? max : min + 1 });
	};
	return (
		<svg class="spark" viewBox="0 -1 90 22" preserveAspectRatio="none" aria-hidden="true">
			<path d={path()} />
		</svg>
	);
}
