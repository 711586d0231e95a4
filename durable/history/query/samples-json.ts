/** Samples as the JSON of REST, `{"cpu_percent":[{"timestamp":...,"value":...},...],...}`: bytes that a Worker hands on as they are. */
import { JsonBytes, piece } from "../../../colony-bridge/protocol/http/json-bytes.ts";
import type { QueryOf } from "../../../colony-bridge/protocol/query/query.ts";
import type { Samples } from "../../../colony-bridge/protocol/query/view.ts";
import { answerAll, valuesOf } from "../../work/budget.ts";
import { Toll, type Work } from "../../work/work.ts";
import type { Need, Reader, Store } from "../blocks/chunk.ts";
import { samples } from "./samples.ts";
import type { SeriesSource } from "./target.ts";

type SamplesQuery = QueryOf<"samples">;
/** The selectors, and what is asked of each. */
export type SamplesAsk = Omit<SamplesQuery, "kind">;

export interface SamplesJson {
	bytes: Uint8Array<ArrayBuffer>;
	/** Selectors that match nothing. */
	unknown: string[];
	/** Series that matched but were left out, past the answer's bound. */
	omitted: number;
}

const OPEN = piece("{");
const BEGIN = piece(":[");
const TIMESTAMP = piece('{"timestamp":');
const NEXT_TIMESTAMP = piece(',{"timestamp":');
const VALUE = piece(',"value":');
const CLOSE = piece("}");
const END = piece("]");
const COMMA = piece(",");

/** Units of a value that is written out with its instant, and about what it takes. */
const VALUE_UNITS = 2;
const VALUE_BYTES = 60;

/** The samples of a selector have its name; with `fold: "each"` those of each of its series the series' own. */
export function* samplesJson({ selectors, ...ask }: SamplesAsk, now: number, from: SeriesSource): Work<SamplesJson> {
	const store = sharing(from.store);
	const queries = selectors.map((selector): SamplesQuery => ({ kind: "samples", selectors: [selector], ...ask }));
	const answers = (yield* answerAll(queries, (query) => samples(query as SamplesQuery, now, from, store), false)) as Samples[];
	const values = answers.reduce((sum, answer) => sum + valuesOf(answer) / 2, 0);
	const out = new JsonBytes(values * VALUE_BYTES).piece(OPEN);
	const toll = new Toll();
	const written = new Set<string>();
	for (const [i, { series }] of answers.entries()) {
		for (const { key, at, values } of series) {
			const name = ask.fold === "each" ? key : (selectors[i] as string);
			if (written.has(name)) continue;
			if (written.size > 0) out.piece(COMMA);
			written.add(name);
			out.value(name).piece(BEGIN);
			for (let k = 0; k < at.length; k++) {
				out
					.piece(k === 0 ? TIMESTAMP : NEXT_TIMESTAMP)
					.instant(at[k] as number)
					.piece(VALUE)
					.number(values[k] as number)
					.piece(CLOSE);
			}
			out.piece(END);
			if (toll.due(at.length * VALUE_UNITS)) yield toll.taken();
		}
	}
	return {
		bytes: out.piece(CLOSE).take(),
		unknown: answers.flatMap(({ unknown }) => unknown),
		omitted: answers.reduce((sum, { omitted }) => sum + omitted, 0),
	};
}

/** A store whose reader is used again where the next one is for the same stretch of time: what it has found out about the tiers is so for all series. */
function sharing(store: Store): Store {
	let last: { need: Need; reader: Reader } | undefined;
	return {
		reader(need) {
			const { after, until, bucketMs } = last?.need ?? {};
			if (!last || after !== need.after || until !== need.until || bucketMs !== need.bucketMs) last = { need, reader: store.reader(need) };
			return last.reader;
		},
	};
}
