import { createMemo, type JSX, Show } from "solid-js";
import { emptyEnd } from "./no-data.ts";
import { SPARK_HEIGHT, sparkPath } from "./path.ts";
import { percent } from "./picture.ts";

/** Units of the box beyond the line, above and below: what is greatest is not cut. */
const EDGE = 4;

/**
 * A line without axes beside a number that says its newest value, from its least value to its greatest; one that never changes lies in the
 * middle. @param max the top where the bottom is 0, e.g. 100 for percent @param rate from 0 up
 */
export function Sparkline(props: {
	values: readonly (number | null)[];
	max?: number | undefined;
	rate?: boolean | undefined;
}): JSX.Element {
	// Only where it is another: values may come that draw the same.
	const drawn = createMemo(
		() => {
			const { values } = props;
			const zeroed = props.rate || props.max !== undefined;
			let max = props.max ?? (zeroed ? 0 : -Infinity);
			let min = zeroed ? 0 : Infinity;
			let last = -1;
			for (const [i, value] of values.entries()) {
				if (value === null) continue;
				if (value > max) max = value;
				if (value < min) min = value;
				last = i;
			}
			if (last < 0) return { line: "", newest: "" };
			if (min === max) {
				// Nothing at all lies on the ground, what is always the same in the middle.
				const level = zeroed && max === 0 ? 0 : 1;
				const newest = `M${last} ${SPARK_HEIGHT - (level * SPARK_HEIGHT) / 2}h0`;
				const constant = values.map((value) => (value === null ? null : level));
				return { line: sparkPath(constant, 0, 2), newest };
			}
			// By halves: the distance of the greatest numbers is greater than any.
			const below = (max / 2 - (values[last] as number) / 2) / (max / 2 - min / 2);
			return { line: sparkPath(values, min, max), newest: `M${last} ${Math.round(below * SPARK_HEIGHT)}h0` };
		},
		undefined,
		{ equals: (a, b) => a.line === b.line && a.newest === b.newest },
	);
	const width = () => Math.max(1, props.values.length - 1);
	const line = (name?: string, size?: string) => (
		<svg
			class={name}
			width={size}
			height={size}
			viewBox={`0 ${-EDGE} ${width()} ${SPARK_HEIGHT + 2 * EDGE}`}
			preserveAspectRatio="none"
			aria-hidden="true"
		>
			<path d={drawn().line} />
			<path class="spark-newest" d={drawn().newest} />
		</svg>
	);
	/** Start of the range without data, as a share of the width. */
	const empty = () => emptyEnd(props.values) / width();
	return (
		<Show when={empty() > 0} fallback={line("spark")}>
			<svg class="spark" aria-hidden="true">
				<rect class="no-data" x={percent(Math.max(0, 1 - empty()))} width={percent(Math.min(1, empty()))} height="100%" />
				{line(undefined, "100%")}
			</svg>
		</Show>
	);
}
