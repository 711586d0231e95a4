/** Read position of a log, and the files to resume from. */
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as v from "valibot";

/** The first bytes show whether a file was rewritten. */
export const HEAD = 64;

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));
export const LeftOff = v.object({
	dev: Whole,
	ino: Whole,
	/** Bytes of it that are read. */
	offset: Whole,
	/** Its first bytes, at most {@link HEAD}, base64. */
	head: v.string(),
});
export type LeftOff = v.InferOutput<typeof LeftOff>;

export interface Rest {
	path: string;
	offset: number;
}

/** `colony.log.1`, `colony.log-20261127`, `colony.log.2026-11-27`: names that rotation gives. What it has packed cannot be read on. */
const ROTATED = /^[.-][\d._-]+$/;

/** Oldest first: of numbered names the highest, of dated ones the earliest. */
function byName(a: string, b: string): number {
	const [one, other] = [a, b].map((path) => /\.(\d{1,4})$/.exec(path)?.[1]);
	if (one !== undefined && other !== undefined) return Number(other) - Number(one);
	return a < b ? -1 : 1;
}

/**
 * @returns files in the order they are to be read, the one of that name last: where it was rotated away meanwhile, what it has become comes
 * first, from where it was left, and those that came between. `found` is false where it is gone: what it held since is lost.
 */
export async function restOf(path: string, left: LeftOff): Promise<{ rest: Rest[]; found: boolean }> {
	const own = { path, offset: 0 };
	const now = await judged(path, left);
	if (now?.same && now.fits) return { rest: [{ path, offset: left.offset }], found: true };
	const folder = dirname(path);
	const names = (await readdir(folder).catch(() => [])).filter(
		(name) => name.startsWith(basename(path)) && ROTATED.test(name.slice(basename(path).length)),
	);
	const files = (await Promise.all(names.map((name) => judged(join(folder, name), left)))).filter((file) => file !== undefined);
	// A file system's clock ticks every few milliseconds: files of one tick go by their names.
	files.sort((a, b) => a.mtimeMs - b.mtimeMs || byName(a.path, b.path));
	// Copied and cut short: another file with the same beginning.
	const ours = files.find(({ same, fits }) => same && fits) ?? files.find(({ copied }) => copied);
	if (!ours) return { rest: [own], found: false };
	const between = files.slice(files.indexOf(ours) + 1).map((file) => ({ path: file.path, offset: 0 }));
	return { rest: [{ path: ours.path, offset: left.offset }, ...between, own], found: true };
}

interface Judged {
	path: string;
	mtimeMs: number;
	/** It is that very file, and holds what was read of it. */
	same: boolean;
	fits: boolean;
	/** It is another that begins alike. */
	copied: boolean;
}

async function judged(path: string, { dev, ino, offset, head }: LeftOff): Promise<Judged | undefined> {
	let file: FileHandle | undefined;
	try {
		const info = await stat(path);
		if (!info.isFile()) return undefined;
		file = await open(path, "r");
		const expected = Buffer.from(head, "base64");
		const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
		const fits = info.size >= offset && buffer.subarray(0, bytesRead).subarray(0, expected.length).equals(expected);
		const same = info.dev === dev && info.ino === ino;
		return { path, mtimeMs: info.mtimeMs, same, fits, copied: !same && fits && expected.length === HEAD };
	} catch {
		return undefined;
	} finally {
		await file?.close();
	}
}
