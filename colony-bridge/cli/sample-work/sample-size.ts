import { availableParallelism } from "node:os";
import { wholeNumber } from "../command-line.ts";

/** Workers of the sample colony, at most: past a few for each core they only cost memory. */
export const MOST_SAMPLE_WORKERS = 4 * availableParallelism();
export const SAMPLE_WORKERS = String(Math.min(8, MOST_SAMPLE_WORKERS));

/** @throws UsageError where the text is no number of workers that this machine should have. */
export const sampleWorkers = (text: string): number => wholeNumber("--workers", text, 1, MOST_SAMPLE_WORKERS);
