import { defineCommand, runMain } from "citty";
import { VERSION } from "../../worker/version.ts";
import { foldLists } from "./bridge-arguments.ts";
import { bridgeCommand, LIST_OPTIONS } from "./bridge-command.ts";
import { devCommand } from "./dev-command.ts";
import { hashCommand } from "./hash-command.ts";
import { startCommand } from "./start-command.ts";

const subCommands = { start: startCommand, bridge: bridgeCommand, dev: devCommand, hash: hashCommand };
const main = defineCommand({
	meta: { name: "hiveframe-dashboard", version: VERSION, description: "The monitoring dashboard for HiveFrame colonies." },
	subCommands,
});

// No command, or options without one, mean `start`.
const given = process.argv.slice(2);
const first = given[0] ?? "";
const asksAboutAll = ["--help", "-h", "--version", "-v"].includes(first);
const rawArgs = asksAboutAll || (first && !first.startsWith("-")) ? given : ["start", ...given];
await runMain(main, { rawArgs: first === "bridge" ? foldLists(rawArgs, LIST_OPTIONS) : rawArgs });
