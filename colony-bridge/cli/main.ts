#!/usr/bin/env node
/** The door: on an older Node, loading what is behind it would fail with words that help nobody. */
import { olderNode } from "../node-version.ts";

const needed = olderNode();
if (needed !== undefined) {
	console.error(needed);
	process.exit(1);
}
await import("./commands.ts");
