/** One JSON document: `{"series":[{"name","labels","type","unit","samples":[{"timestamp","value"},...]},...]}`. */
import { digits, type Exportable, measured, type Range, slices } from "./measurements.ts";

export function* json(from: Exportable, range: Range): Generator<string> {
	yield '{"series":[';
	let first = true;
	for (const { definition, points } of measured(from, range)) {
		const { name, labels, type, unit } = definition;
		const head = JSON.stringify({ name, ...(labels && { labels }), type, ...(unit !== undefined && { unit }) });
		yield `${first ? "" : ","}\n${head.slice(0, -1)},"samples":[`;
		yield* slices(points, (at, value, one) => `${one ? "" : ","}{"timestamp":"${new Date(at).toISOString()}","value":${digits(value)}}`);
		yield "]}";
		first = false;
	}
	yield "\n]}\n";
}
