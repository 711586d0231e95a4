import * as v from "valibot";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { requireCluster } from "../handler/context.ts";
import { withQuery } from "../handler/query-parameters.ts";
import { ProblemError } from "../http/problem.ts";
import { fileInstant, pulledText } from "../http/responses.ts";
import { namesParameter, PERIOD, requirePeriod, unknownMetrics } from "./metrics.ts";

/** Media type and file extension of a format. */
const FORMATS = {
	csv: { type: "text/csv; charset=utf-8; header=present", extension: "csv" },
	json: { type: "application/json; charset=utf-8", extension: "json" },
	openmetrics: { type: "application/openmetrics-text; version=1.0.0; charset=utf-8", extension: "txt" },
} as const;
type FormatName = keyof typeof FORMATS;

const ExportQuery = v.object({
	/** Absent: every series. */
	names: v.optional(namesParameter),
	...PERIOD,
	format: v.optional(
		v.picklist(Object.keys(FORMATS) as FormatName[], ({ input }) => `${JSON.stringify(input)} is no format; one of csv, json, openmetrics`),
		"csv",
	),
});

/**
 * All that is kept of each series, as a file of any length: a piece is fetched when the one before has been read, and the first before
 * anything is answered, so that what is wrong is still a problem.
 */
export const getExport = withQuery(ExportQuery, async ({ cluster }, { names, format, ...given }) => {
	requirePeriod(given);
	const { range = "1h", start, end } = given;
	const ask = {
		format,
		rangeMs: durationMs(range),
		...defined({ selectors: names, start, end }),
	};
	const first = await cluster.port.exported(ask);
	requireCluster(cluster, first.position);
	const { type, extension } = FORMATS[format];
	const name = [cluster.name, first.start, first.end].map((part) => (typeof part === "number" ? fileInstant(part) : part)).join("_");
	let { place } = first;
	const text = pulledText(first.text, async () => {
		if (!place) return undefined;
		const next = { ...ask, place };
		const piece = await patiently(() => cluster.port.exported(next));
		place = piece.place;
		return piece.text;
	});
	return new Response(text, {
		headers: {
			"Content-Type": type,
			"Content-Disposition": `attachment; filename="${name}.${extension}"`,
			"Cache-Control": "no-store",
			...unknownMetrics(first.unknown),
		},
	});
});

/** A file that has begun waits until its reader may ask for more work, and is not broken off. */
async function patiently<Piece>(ask: () => Promise<Piece>): Promise<Piece> {
	for (;;) {
		try {
			return await ask();
		} catch (error) {
			const seconds = error instanceof ProblemError && error.kind === "too-many" ? Number(error.headers["Retry-After"]) : Number.NaN;
			if (!(seconds > 0)) throw error;
			await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
		}
	}
}
