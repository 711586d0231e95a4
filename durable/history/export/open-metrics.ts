/**
 * OpenMetrics 1.0 text, with timestamps: what `promtool tsdb create-blocks-from openmetrics` and others take in.
 *
 * A counter whose name ends with `_total` is a counter, a gauge a gauge; any other name stays as it is and is of type unknown, since the
 * format would demand another name of it.
 */
import type { SeriesDefinition } from "../../../colony-bridge/protocol/series.ts";
import { escaped, labelsText } from "./labels.ts";
import { digits, type Exportable, measured, type Range, slices } from "./measurements.ts";

export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

export function* openMetrics(from: Exportable, range: Range): Generator<string> {
	let name: string | undefined;
	for (const { definition, points } of measured(from, range)) {
		if (definition.name !== name) yield family(definition);
		name = definition.name;
		const series = `${name}${labelsText(definition.labels)}`;
		yield* slices(points, (at, value) => `${series} ${digits(value)} ${(at / 1000).toFixed(3)}\n`);
	}
	yield "# EOF\n";
}

const TOTAL = "_total";

function family({ name, type, unit, help }: SeriesDefinition): string {
	const counter = type === "counter" && name.endsWith(TOTAL) && name.length > TOTAL.length;
	const family = counter ? name.slice(0, -TOTAL.length) : name;
	const lines = [`# TYPE ${family} ${counter ? "counter" : type === "gauge" ? "gauge" : "unknown"}`];
	if (unit && /^[a-z0-9_]+$/.test(unit) && family.endsWith(`_${unit}`)) lines.push(`# UNIT ${family} ${unit}`);
	if (help) lines.push(`# HELP ${family} ${escaped(help)}`);
	return `${lines.join("\n")}\n`;
}
