/** `hiveframe-dashboard doctor`: says what is wrong with an installation, a line a check. */
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { bridgeAddresses } from "../../../colony-bridge/bridge/endpoint.ts";
import { readToken } from "../../../colony-bridge/cli/bridge-run.ts";
import { DASHBOARD, guarded, textOption } from "../../../colony-bridge/cli/command-line.ts";
import { UsageError } from "../../../colony-bridge/option-check.ts";
import { defined } from "../../../colony-bridge/protocol/values/objects.ts";
import { exitCodeOf, jsonOf, textOf } from "../doctor/check.ts";
import { examine } from "../doctor/examination.ts";

const args = {
	to: textOption(DASHBOARD.to),
	cluster: textOption(DASHBOARD.cluster),
	"token-file": textOption(DASHBOARD.tokenFile),
	storage: { type: "string", valueHint: "directory", description: "The folder of a dashboard on this machine" },
	json: { type: "boolean", description: "Print an object for programs" },
} as const;

/** A wrong option counts as a fault. */
const USAGE = 2;

export const doctorCommand = defineCommand({
	meta: { name: "doctor", description: "Say what is wrong with an installation; exit code 1 after a warning, 2 after a fault" },
	args,
	run: guarded(
		args,
		async ({ args: { to: url, cluster, "token-file": tokenFile, storage, json } }) => {
			if (url === undefined && storage === undefined) {
				throw new UsageError("nothing to look at; write --to URL, the dashboard's address, or --storage DIR, its folder");
			}
			if (url === undefined && (cluster !== undefined || tokenFile !== undefined)) {
				throw new UsageError("--cluster and --token-file are for a dashboard's address; write --to URL, too");
			}
			if (url !== undefined) requireAddress(url, cluster);
			const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
			const checks = await examine(defined({ url, cluster, token, storage: storage === undefined ? undefined : resolve(storage) }));
			process.stdout.write(json ? jsonOf(checks) : textOf(checks));
			process.exitCode = exitCodeOf(checks);
		},
		USAGE,
	),
});

function requireAddress(url: string, cluster: string | undefined): void {
	try {
		bridgeAddresses({ url, ...defined({ cluster }) });
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}
