/** `node:sqlite`, asked for when this is run and not before: an import of it would fail on an older Node with words that help nobody. */
import { createRequire } from "node:module";
import type * as sqlite from "node:sqlite";
import { olderNode } from "./node-version.ts";

const needed = olderNode();
if (needed !== undefined) throw new Error(needed);

export const { DatabaseSync } = createRequire(import.meta.url)("node:sqlite") as typeof sqlite;
export type DatabaseSync = sqlite.DatabaseSync;
export type StatementSync = sqlite.StatementSync;
