/** Inputs that the trade meets; without their folder the tests that read it are skipped. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./house-imports.ts";

const CASES = join(ROOT, "../shared/cases");
export const casesThere = existsSync(CASES);
if (!casesThere) console.warn(`${CASES} is not there: tests against inputs that the trade meets are skipped`);

export const cases = (file: string): string => join(CASES, file);
