import * as v from "valibot";
import { describeIssues } from "../../colony-bridge/protocol/wire/problem.ts";
import { ProblemError } from "./problem.ts";

/** @param advice what to do where it is too long. @returns the body as text. @throws ProblemError where it is compressed, or longer than `limit` bytes, before more than that has been read. */
export async function boundedBody(request: Request, limit: number, advice = "send less"): Promise<string> {
	const encoding = request.headers.get("content-encoding") ?? "identity";
	if (encoding.toLowerCase() !== "identity") {
		throw new ProblemError(
			"invalid",
			`the body has Content-Encoding ${JSON.stringify(encoding.slice(0, 50))}: send it as it is, without one`,
		);
	}
	const announced = Number(request.headers.get("content-length") ?? 0);
	if (announced > limit) throw tooLarge(`${announced} bytes`, limit, advice);
	const decoder = new TextDecoder();
	let text = "";
	if (request.body) for await (const part of boundedParts(request.body, limit, advice)) text += decoder.decode(part, { stream: true });
	return text + decoder.decode();
}

/** @returns the body as it comes. @throws ProblemError where it is longer than `limit` bytes, before more than that has been read. */
export async function boundedBytes(request: Request, limit: number, advice: string): Promise<Uint8Array<ArrayBuffer>> {
	const announced = Number(request.headers.get("content-length") ?? 0);
	if (announced > limit) throw tooLarge(`${announced} bytes`, limit, advice);
	return request.body ? joined(boundedParts(request.body, limit, advice)) : new Uint8Array();
}

/** @throws ProblemError where the bytes are no gzip, or more than `limit` once they are decompressed. */
export function unzipped(bytes: Uint8Array<ArrayBuffer>, limit: number, advice: string): Promise<Uint8Array<ArrayBuffer>> {
	const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
	return joined(boundedParts(plain, limit, advice)).catch((error: unknown) => {
		if (error instanceof ProblemError) throw error;
		throw new ProblemError("invalid", "the body is no gzip, as its Content-Encoding says");
	});
}

/** @throws ProblemError where they are more than `limit` bytes, before more than that has been read. */
async function* boundedParts(stream: ReadableStream<Uint8Array>, limit: number, advice: string): AsyncGenerator<Uint8Array> {
	const reader = stream.getReader();
	for (let bytes = 0; ; ) {
		const { done, value } = await reader.read();
		if (done) return;
		bytes += value.byteLength;
		if (bytes > limit) {
			await reader.cancel();
			throw tooLarge(`more than ${limit} bytes`, limit, advice);
		}
		yield value;
	}
}

async function joined(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
	const all: Uint8Array[] = [];
	let length = 0;
	for await (const part of parts) {
		all.push(part);
		length += part.byteLength;
	}
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const part of all) {
		bytes.set(part, at);
		at += part.byteLength;
	}
	return bytes;
}

/** @param size what it has, in words. */
export function tooLarge(size: string, limit: number, advice: string): ProblemError {
	return new ProblemError("too-large", `the body has ${size}; it may have at most ${limit} bytes: ${advice}`);
}

/** Bodies of people and programs, small and validated; a bridge's push has its own reader. */
const MOST_BYTES = 16_384;

/** @throws ProblemError naming what does not fit. */
export async function jsonBody<Schema extends v.GenericSchema>(request: Request, schema: Schema): Promise<v.InferOutput<Schema>> {
	const parsed = v.safeParse(v.pipe(v.string(), v.parseJson({}, "the body is no JSON"), schema), await boundedBody(request, MOST_BYTES));
	if (!parsed.success) throw new ProblemError("invalid", describeIssues(parsed.issues));
	return parsed.output;
}

/** Fields of an HTML form. @throws ProblemError where it is none. */
export async function formBody(request: Request): Promise<URLSearchParams> {
	const type = request.headers.get("content-type") ?? "";
	if (!type.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
		throw new ProblemError("invalid", "send the fields as a form does: Content-Type: application/x-www-form-urlencoded");
	}
	return new URLSearchParams(await boundedBody(request, MOST_BYTES));
}
