/** Tasks of the sample colony on one file. Each runs in a worker's thread and fails on an invalid file. */
import { createHash } from "node:crypto";
import { access, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { TaskContext } from "../../../../colony-bridge/local-colony/task.ts";
import { pacedFile } from "./pace.ts";

interface FileJob {
	path: string;
	/** Mean reading speed, bytes a second. */
	pace: number;
}

export interface FileReport {
	/** When the work on it began, ms since 1970. */
	at: number;
	bytes: number;
	words?: number;
}

/** @throws TypeError where the file is no UTF-8. */
export async function wordCount({ path, pace }: FileJob, task: TaskContext): Promise<FileReport> {
	const at = Date.now();
	const { size } = await stat(path);
	const decoder = new TextDecoder("utf-8", { fatal: true });
	let bytes = 0;
	let words = 0;
	let inWord = false;
	const count = (text: string) => {
		for (let i = 0; i < text.length; i++) {
			const isSpace = text.charCodeAt(i) <= 32;
			if (!isSpace && !inWord) words += 1;
			inWord = !isSpace;
		}
	};
	try {
		for await (const chunk of pacedFile(path, pace, (read) => task.progress(Math.min(1, read / size)))) {
			bytes += chunk.length;
			count(decoder.decode(chunk, { stream: true }));
		}
		count(decoder.decode());
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
		throw new TypeError(`${basename(path)} is not UTF-8 text (after ${bytes} bytes)`, { cause: error });
	}
	return { at, bytes, words };
}

/** @throws SyntaxError where the file is no JSON. */
export async function parseJson({ path, pace }: FileJob, task: TaskContext): Promise<FileReport> {
	const at = Date.now();
	const data = await whole({ path, pace }, task);
	try {
		JSON.parse(data.toString("utf8"));
	} catch (error) {
		throw new SyntaxError(`${basename(path)} is not JSON: ${(error as Error).message}`);
	}
	return { at, bytes: data.length };
}

export async function checksum({ path, pace }: FileJob, task: TaskContext): Promise<FileReport & { sha256: string }> {
	const at = Date.now();
	const { size } = await stat(path);
	const hash = createHash("sha256");
	for await (const chunk of pacedFile(path, pace, (read) => task.progress(Math.min(1, read / size)))) hash.update(chunk);
	return { at, bytes: size, sha256: hash.digest("hex") };
}

/** Compressed size of the file: the most expensive task. */
export async function compress({ path, pace }: FileJob, task: TaskContext): Promise<FileReport & { compressed: number }> {
	const at = Date.now();
	const data = await whole({ path, pace }, task);
	const { length } = brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
	task.log("DEBUG", `${basename(path)}: ${data.length} bytes, ${Math.round((100 * length) / data.length)} % of it compressed`);
	return { at, bytes: data.length, compressed: length };
}

/** Reads a whole package, file by file. */
export async function survey({ paths, pace }: { paths: string[]; pace: number }, name: string, task: TaskContext): Promise<FileReport> {
	const at = Date.now();
	const hash = createHash("sha256");
	let bytes = 0;
	for (const [i, path] of paths.entries()) {
		for await (const chunk of pacedFile(path, pace)) {
			hash.update(chunk);
			bytes += chunk.length;
		}
		task.progress((i + 1) / paths.length);
	}
	task.log("INFO", `${name}: ${paths.length} files, ${Math.round(bytes / 1000)} kB, sha256 ${hash.digest("hex").slice(0, 12)}`);
	return { at, bytes };
}

class MissingFile extends Error {}

/** @throws MissingFile where a package.json names a file that the package does not have. */
export async function checkEntries({ path, pace }: FileJob, task: TaskContext): Promise<FileReport> {
	const at = Date.now();
	const data = await whole({ path, pace }, task);
	const manifest = JSON.parse(data.toString("utf8")) as Record<string, unknown>;
	const named = ["main", "module", "types", "typings", "bin", "exports"].flatMap((field) => [...filesNamed(manifest[field])]);
	const missing: string[] = [];
	for (const file of new Set(named)) if (!(await isThere(join(dirname(path), file)))) missing.push(file);
	if (missing.length > 0) throw new MissingFile(`${String(manifest.name)} names ${missing.slice(0, 3).join(", ")}, which it does not have`);
	return { at, bytes: data.length };
}

async function whole({ path, pace }: FileJob, task: TaskContext): Promise<Buffer> {
	const { size } = await stat(path);
	const chunks: Buffer[] = [];
	for await (const chunk of pacedFile(path, pace, (read) => task.progress(Math.min(1, read / size)))) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/** Paths in a field of package.json, however deep its conditions go; patterns are no paths. */
function* filesNamed(field: unknown): Iterable<string> {
	if (typeof field === "string") {
		if (!field.includes("*")) yield field;
	} else if (typeof field === "object" && field !== null) {
		for (const value of Object.values(field)) yield* filesNamed(value);
	}
}

async function isThere(path: string): Promise<boolean> {
	for (const suffix of ["", ".js", ".json", ".node", "/index.js", "/package.json"]) {
		const found = await access(`${path}${suffix}`).then(
			() => true,
			() => false,
		);
		if (found) return true;
	}
	return false;
}
