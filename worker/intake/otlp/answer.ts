/** Answers to OTLP requests, in the encoding that they came in: what was taken, or a `google.rpc.Status`. */
import { PbfWriter } from "pbf";
import { PROBLEMS, type ProblemKind } from "../../../colony-bridge/protocol/wire/problem.ts";

export type Encoding = "json" | "protobuf";

const TYPES: Record<Encoding, string> = { json: "application/json", protobuf: "application/x-protobuf" };

/** The codes of gRPC for the statuses of HTTP. */
const CODES: Record<number, number> = { 400: 3, 401: 16, 403: 7, 404: 5, 409: 9, 413: 3, 415: 3, 429: 8, 501: 12, 503: 14 };
const INTERNAL = 13;

function answer(
	encoding: Encoding,
	status: number,
	json: object,
	protobuf: (pbf: PbfWriter) => void,
	headers: Record<string, string> = {},
): Response {
	let body: string | Uint8Array<ArrayBuffer> = JSON.stringify(json);
	if (encoding === "protobuf") {
		const pbf = new PbfWriter();
		protobuf(pbf);
		body = new Uint8Array(pbf.finish());
	}
	return new Response(body, { status, headers: { "Content-Type": TYPES[encoding], "Cache-Control": "no-store", ...headers } });
}

/** @param why words; empty: all was taken. */
export function exportAnswer(encoding: Encoding, rejected: number, why: string): Response {
	const json = why === "" ? {} : { partialSuccess: { rejectedDataPoints: String(rejected), errorMessage: why } };
	return answer(encoding, 200, json, (pbf) => {
		if (why === "") return;
		const partial = (_: undefined, inner: PbfWriter) => {
			inner.writeVarintField(1, rejected);
			inner.writeStringField(2, why);
		};
		pbf.writeMessage(1, partial, undefined);
	});
}

export function statusAnswer(encoding: Encoding, kind: ProblemKind, message: string, headers: Record<string, string>): Response {
	const status = PROBLEMS[kind];
	const code = CODES[status] ?? INTERNAL;
	const protobuf = (pbf: PbfWriter) => {
		pbf.writeVarintField(1, code);
		pbf.writeStringField(2, message);
	};
	return answer(encoding, status, { code, message }, protobuf, headers);
}
