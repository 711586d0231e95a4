/** One scrape of one target. */
import { setImmediate as turn } from "node:timers/promises";
import { wordsOf } from "../../bridge/warnings.ts";
import { type Got, httpGet } from "../http-get.ts";
import { type Exposition, isOpenMetrics, type Mend, readExposition } from "./exposition/exposition.ts";
import type { Target } from "./targets/target.ts";

/** As Prometheus asks: the better format first, anything rather than nothing; names as they are kept here, with underscores. */
const ACCEPT =
	"application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.8,text/plain;version=0.0.4;escaping=underscores;q=0.5,*/*;q=0.1";

export interface ScrapeBounds {
	timeoutMs: number;
	/** After decompression. */
	maxBytes: number;
}

export type Scrape = { seconds: number; at: number } & ({ exposition: Exposition } | { problem: string });

/** Never rejects. */
export async function scrape(
	{ instance: _, job: __, ...target }: Target,
	bounds: ScrapeBounds,
	mend: Mend,
	abort: AbortSignal,
): Promise<Scrape> {
	const began = performance.now();
	const took = () => ({ seconds: (performance.now() - began) / 1000, at: Date.now() });
	try {
		const { text, contentType } = await httpGet({ ...target, accept: ACCEPT, ...bounds }, abort);
		const seconds = took();
		return { ...seconds, exposition: await read(text, contentType, mend) };
	} catch (error) {
		return { ...took(), problem: wordsOf(error) };
	}
}

async function read(text: string, contentType: Got["contentType"], mend: Mend): Promise<Exposition> {
	const reading = readExposition(text, isOpenMetrics(contentType), mend);
	let slice = reading.next();
	for (; !slice.done; slice = reading.next()) await turn();
	const exposition = slice.value;
	const { families, lost } = exposition;
	// Not a word of it is quoted: whoever answers there may have meant it for somebody else.
	if (lost && families.length === 0) throw new Error(`these are no metrics (line ${lost.line}: ${lost.words}); is the path right?`);
	return exposition;
}
