import { defineCommand, runMain } from "citty";
import { suggestion } from "../../../colony-bridge/protocol/http/did-you-mean.ts";
import { VERSION } from "../../http/version.ts";

/** Loaded when it is asked for: a bridge beside a colony needs no dashboard in its memory. */
const subCommands = {
	start: async () => (await import("./start-command.ts")).startCommand,
	serve: async () => (await import("./serve-command.ts")).serveCommand,
	bridge: async () => (await import("../../../colony-bridge/cli/bridge-command.ts")).bridgeCommand,
	gateway: async () => (await import("./gateway-command.ts")).gatewayCommand,
	report: async () => (await import("./report-command.ts")).reportCommand,
	dev: async () => (await import("./dev-command.ts")).devCommand,
	doctor: async () => (await import("./doctor-command.ts")).doctorCommand,
	hash: async () => (await import("./hash-command.ts")).hashCommand,
};
const main = defineCommand({
	meta: { name: "hiveframe-dashboard", version: VERSION, description: "The monitoring dashboard for HiveFrame colonies." },
	subCommands,
});

// No command, or options without one, mean `start`.
const args = process.argv.slice(2);
const first = args[0] ?? "";
const asksAboutAll = ["--help", "-h", "--version", "-v"].includes(first);
const rawArgs = asksAboutAll || (first && !first.startsWith("-")) ? args : ["start", ...args];
const command = rawArgs[0] ?? "";
if (asksAboutAll || Object.hasOwn(subCommands, command)) {
	const fold = first === "bridge" ? (await import("../../../colony-bridge/cli/bridge-settings.ts")).foldLists : undefined;
	await runMain(main, { rawArgs: fold?.(rawArgs) ?? rawArgs });
} else {
	console.error(`unknown command "${command}"; ${suggestion(command, Object.keys(subCommands), "the commands are")}`);
	process.exitCode = 1;
}
