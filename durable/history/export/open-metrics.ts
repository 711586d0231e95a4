/**
 * OpenMetrics 1.0 text, with timestamps: what `promtool tsdb create-blocks-from openmetrics` and others take in.
 *
 * A counter whose name ends with `_total` is a counter, a gauge a gauge; any other name stays as it is and is of type unknown, since the
 * format would demand another name of it. So is a counter `x_total` where something else is called `x` or `x_created`: the counter's family
 * has these names too, and a parser refuses a text in which two families share one.
 */
import type { SeriesDefinition } from "../../../colony-bridge/protocol/series.ts";
import { digits, type Format } from "./format.ts";
import { escaped, labelsText } from "./labels.ts";

export const openMetrics: Format = {
	begin: "",
	open: (definition, before, has) => (definition.name === before?.name ? "" : family(definition, has)),
	sample({ name, labels }) {
		const series = `${name}${labelsText(labels)}`;
		return (at, value) => `${series} ${digits(value)} ${(at / 1000).toFixed(3)}\n`;
	},
	close: "",
	end: "# EOF\n",
};

const TOTAL = "_total";

function family({ name, type, unit, help }: SeriesDefinition, has: (name: string) => boolean): string {
	const base = name.slice(0, -TOTAL.length);
	const named = type === "counter" && name.endsWith(TOTAL) && base !== "";
	const counter = named && ![base, `${base}_created`, `${base}_created${TOTAL}`].some(has);
	const family = counter ? base : name;
	const lines = [`# TYPE ${family} ${counter ? "counter" : type === "gauge" ? "gauge" : "unknown"}`];
	if (unit && /^[a-z0-9_]+$/.test(unit) && family.endsWith(`_${unit}`)) lines.push(`# UNIT ${family} ${unit}`);
	if (help) lines.push(`# HELP ${family} ${escaped(help)}`);
	return `${lines.join("\n")}\n`;
}
