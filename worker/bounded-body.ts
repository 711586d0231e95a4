import { ProblemError } from "./problem-error.ts";

/** @returns the body as text. @throws ProblemError where it is longer than `limit` bytes, before more than that has been read. */
export async function boundedBody(request: Request, limit: number): Promise<string> {
	const announced = Number(request.headers.get("content-length") ?? 0);
	if (announced > limit) throw tooLarge(`${announced} bytes`, limit);
	const decoder = new TextDecoder();
	const reader = request.body?.getReader();
	let text = "";
	let bytes = 0;
	while (reader) {
		const { done, value } = await reader.read();
		if (done) break;
		bytes += value.byteLength;
		if (bytes > limit) {
			await reader.cancel();
			throw tooLarge(`more than ${limit} bytes`, limit);
		}
		text += decoder.decode(value, { stream: true });
	}
	return text + decoder.decode();
}

function tooLarge(size: string, limit: number): ProblemError {
	return new ProblemError("too-large", `the body has ${size}; one push has at most ${limit} bytes: send it in several`);
}
