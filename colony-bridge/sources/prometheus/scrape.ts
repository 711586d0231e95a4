/** One scrape of one target. */
import { wordsOf } from "../../bridge/complaints.ts";
import { type Got, httpGet } from "../http-get.ts";
import { type Exposition, isOpenMetrics, type Mend, parseExposition } from "./exposition/exposition.ts";
import type { Target } from "./targets/target.ts";

/** As Prometheus asks: the better format first, anything rather than nothing. */
const ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

export interface ScrapeBounds {
	timeoutMs: number;
	/** After decompression. */
	maxBytes: number;
}

export type Scrape = { seconds: number; at: number } & ({ exposition: Exposition } | { problem: string });

/** Never rejects. */
export async function scrape({ url, tokenFile }: Target, bounds: ScrapeBounds, mend: Mend, abort: AbortSignal): Promise<Scrape> {
	const began = performance.now();
	const took = () => ({ seconds: (performance.now() - began) / 1000, at: Date.now() });
	try {
		const { text, contentType } = await httpGet({ url, accept: ACCEPT, tokenFile, ...bounds }, abort);
		const seconds = took();
		return { ...seconds, exposition: read(text, contentType, mend) };
	} catch (error) {
		return { ...took(), problem: wordsOf(error) };
	}
}

function read(text: string, contentType: Got["contentType"], mend: Mend): Exposition {
	const exposition = parseExposition(text, isOpenMetrics(contentType), mend);
	const [fault] = exposition.faults;
	if (fault && exposition.families.length === 0) {
		throw new Error(`these are no metrics (line ${fault.line}: ${fault.words}); is the path right?`);
	}
	return exposition;
}
