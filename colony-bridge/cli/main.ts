#!/usr/bin/env node
/** The door: on an older Node, loading what is behind it would fail with words that help nobody. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
	console.error(`hiveframe-dashboard runs on Node 22.13 or newer, this is ${process.versions.node}: install a newer Node`);
	process.exit(1);
}
await import("./commands.ts");

export {};
