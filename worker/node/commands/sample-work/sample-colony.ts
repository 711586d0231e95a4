import { constants } from "node:fs";
import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { wholeNumber } from "../../../../colony-bridge/cli/command-line.ts";
import { LocalColony } from "../../../../colony-bridge/local-colony/local-colony.ts";
import { Foreman } from "./foreman.ts";
import { type FileRecord, type FileTotals, findPackages, packageNames } from "./packages.ts";

/** Workers of the sample colony, at most: past a few for each core they only cost memory. */
const MOST_SAMPLE_WORKERS = 4 * availableParallelism();
export const SAMPLE_WORKERS = String(Math.min(8, MOST_SAMPLE_WORKERS));

/** @throws UsageError where the text is no number of workers that this machine should have. */
export const sampleWorkers = (text: string): number => wholeNumber("--workers", text, 1, MOST_SAMPLE_WORKERS);

/** A colony that does real work on real files, so that a dashboard has something to show. */
interface SampleColony {
	colony: LocalColony;
	/** The folder whose files are read. */
	input: string;
	start(): Promise<void>;
	stop(): Promise<void>;
}

const WINDOW_MS = 5_000;
const OUT_OF_ORDER_MS = 1_500;

/** @param directory where checkpoints stay from run to run; absent: a temporary one, gone at the end. */
export function sampleColony(name: string, numWorkers: number, directory?: string): SampleColony {
	const colony = new LocalColony(name, { numWorkers, maxWorkers: MOST_SAMPLE_WORKERS, drainMs: 1_500 });
	const root = findPackages();
	let foreman: Foreman | undefined;
	let temporary: string | undefined;

	const totals: FileTotals = { files: 0, bytes: 0, words: 0 };
	for (const [field, help] of [
		["files", "Files read, in windows that are complete"],
		["bytes", "Bytes of those files"],
		["words", "Words in those of them that are text"],
	] as const) {
		colony.addMetric(
			{ name: `sample_${field}_total`, type: "counter", help, ...(field === "bytes" && { unit: "bytes" }) },
			() => totals[field],
		);
	}

	async function start(): Promise<void> {
		temporary = directory ? undefined : await mkdtemp(join(tmpdir(), "hiveframe-"));
		const checkpoints = join(directory ?? (temporary as string), "checkpoints");
		await mkdir(checkpoints, { recursive: true });
		colony.addCheck("node_modules", async () => `${(await packageNames(root)).length} packages`, { everyMs: 30_000 });
		colony.addCheck("checkpoints", () => access(checkpoints, constants.W_OK).then(() => checkpoints));
		await colony.start();
		const stream = await colony.stream<FileRecord, FileTotals>({
			name: "files",
			windowMs: WINDOW_MS,
			outOfOrderMs: OUT_OF_ORDER_MS,
			idleMs: 15_000,
			checkpoint: { directory: checkpoints },
			time: ({ at }) => at,
			key: ({ type }) => type,
			start: () => ({ files: 0, bytes: 0, words: 0 }),
			add: (sum, { bytes, words }) => ({ files: sum.files + 1, bytes: sum.bytes + bytes, words: sum.words + words }),
			emit: ({ value }) => {
				for (const field of ["files", "bytes", "words"] as const) totals[field] += value[field];
			},
		});
		foreman = new Foreman(colony, root, stream);
		foreman.start();
	}

	async function stop(): Promise<void> {
		const stopping = foreman?.stop();
		await colony.stop();
		await stopping;
		if (temporary) await rm(temporary, { recursive: true, force: true });
	}

	return { colony, input: root, start, stop };
}
