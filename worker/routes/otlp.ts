/** OTLP over HTTP: metrics in protobuf and JSON, compressed by gzip or not. Traces and logs are refused with words. */
import * as v from "valibot";
import { describeIssues } from "../../colony-bridge/protocol/wire/problem.ts";
import { granted, type Handler, type RequestContext } from "../handler/context.ts";
import { boundedBytes, tooLarge, unzipped } from "../http/body.ts";
import { ProblemError } from "../http/problem.ts";
import { Malformed } from "../intake/malformed.ts";
import { type Encoding, exportAnswer, statusAnswer } from "../intake/otlp/answer.ts";
import { OtlpRequest } from "../intake/otlp/message.ts";
import { readOtlpProtobuf } from "../intake/otlp/protobuf-fields.ts";
import { otlpBatches } from "../intake/otlp/series.ts";
import { describeLeftOut, senderName, write } from "../intake/writing.ts";

/** Bytes of a request, compressed and not: a collector's batch has a tenth of it, and it is read at once. */
const MOST_BYTES = 4_000_000;
const ADVICE = "send fewer metrics at once (send_batch_max_size)";

const encodingOf = ({ headers }: Request): Encoding =>
	/^application\/json\b/i.test(headers.get("content-type") ?? "") ? "json" : "protobuf";

/** Problems of a request become statuses in its own encoding. */
const otlp =
	(handle: (context: RequestContext, encoding: Encoding) => Promise<Response>): Handler =>
	async (context) => {
		const encoding = encodingOf(context.request);
		try {
			return await handle(context, encoding);
		} catch (error) {
			const problem = error instanceof Malformed ? new ProblemError("invalid", error.message) : error;
			if (!(problem instanceof ProblemError)) throw error;
			return statusAnswer(encoding, problem.kind, problem.message, problem.headers);
		}
	};

export const postOtlpMetrics = otlp(async ({ request, cluster, actor }, encoding) => {
	const body = await plainBody(request);
	const batches = read(body, encoding, senderName("otlp", actor.name));
	const written = granted(await write(batches, cluster.port));
	const rejected = written.leftOut.reduce((sum, { count }) => sum + count, 0);
	return exportAnswer(encoding, rejected, describeLeftOut(written.leftOut));
});

export const postOtlpOther = otlp(async ({ url }) => {
	throw new ProblemError(
		"not-found",
		`${url.pathname.slice(-100)} is not taken in: send metrics, to /v1/metrics, and traces and logs elsewhere`,
	);
});

async function plainBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
	const type = request.headers.get("content-type") ?? "";
	if (!/^application\/(json|x-protobuf)\b/i.test(type)) {
		throw new ProblemError("media-type", `OTLP is application/x-protobuf or application/json, not ${JSON.stringify(type.slice(0, 100))}`);
	}
	const body = await boundedBytes(request, MOST_BYTES, ADVICE);
	const encoding = (request.headers.get("content-encoding") ?? "identity").toLowerCase();
	if (encoding === "gzip") return unzipped(body, MOST_BYTES, ADVICE);
	if (encoding === "identity" || encoding === "none") return body;
	throw new ProblemError("media-type", `Content-Encoding ${JSON.stringify(encoding.slice(0, 50))} is not read: send gzip, or none`);
}

function read(body: Uint8Array, encoding: Encoding, sender: string): ReturnType<typeof otlpBatches> {
	try {
		return otlpBatches(encoding === "json" ? readJson(body) : readOtlpProtobuf(body), sender);
	} catch (error) {
		if (error instanceof RangeError) throw tooLarge(error.message, MOST_BYTES, ADVICE);
		throw error;
	}
}

function readJson(body: Uint8Array): OtlpRequest {
	const schema = v.pipe(v.string(), v.parseJson({}, "the body is no JSON"), OtlpRequest);
	const parsed = v.safeParse(schema, new TextDecoder().decode(body), { abortEarly: true });
	if (!parsed.success) throw new Malformed(describeIssues(parsed.issues));
	return parsed.output;
}
