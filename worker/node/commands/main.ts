#!/usr/bin/env node
/** The door: on an older Node, loading what is behind it would fail with words that help nobody. */
import { olderNode } from "../../../colony-bridge/node-version.ts";

const needed = olderNode();
if (needed !== undefined) {
	console.error(needed);
	process.exit(1);
}
// Help is coloured for a terminal, which a pipe or a file is not.
if (!process.stdout.isTTY) process.env.NO_COLOR ??= "1";
await import("./commands.ts");
