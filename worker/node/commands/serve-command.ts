/** `hiveframe-dashboard serve`: a dashboard without a colony of its own, for what bridges push; in a container, as a service of a machine. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { readToken } from "../../../colony-bridge/cli/bridge-run.ts";
import { guarded, HOST_OPTION, untilSignal, wholeNumber } from "../../../colony-bridge/cli/command-line.ts";
import { UsageError } from "../../../colony-bridge/option-check.ts";
import type { DashboardConfigInput } from "../../../colony-bridge/protocol/http/config.ts";
import { defined } from "../../../colony-bridge/protocol/values/objects.ts";
import { DashboardServer } from "../dashboard-server.ts";

const args = {
	storage: { type: "string", valueHint: "directory", description: 'Where the data of all clusters is kept, or "temporary"' },
	port: { type: "string", default: "8080", valueHint: "number", description: "Port to listen on; 0 takes a free one" },
	host: HOST_OPTION,
	"bridge-token-file": {
		type: "string",
		valueHint: "file",
		description: "A file that holds the token of bridges; without it those with a token of their own may push",
	},
	"users-file": {
		type: "string",
		valueHint: "file",
		description: "Who may sign in, as JSON or YAML: {ann: {passwordHash: ..., role: operator}}; with it everybody has to",
	},
	config: { type: "string", valueHint: "file", description: "Fields of DashboardConfig as YAML or JSON" },
	cluster: { type: "string", default: "default", valueHint: "name", description: "The cluster of addresses without one" },
	"base-path": { type: "string", default: "", valueHint: "path", description: "Path under which all of it is, such as /hive" },
	proxies: { type: "string", default: "0", valueHint: "number", description: "How many proxies of your own stand before it" },
} as const;

export const serveCommand = defineCommand({
	meta: { name: "serve", description: "Serve a dashboard for the clusters that bridges push" },
	args,
	run: guarded(args, async ({ args: given }) => {
		const { storage, host, cluster, config, "bridge-token-file": tokenFile, "users-file": usersFile, "base-path": basePath } = given;
		if (!storage) throw new UsageError("write --storage DIRECTORY, where the data is kept, or --storage temporary");
		const port = wholeNumber("--port", given.port, 0, 65_535);
		const proxies = wholeNumber("--proxies", given.proxies, 0, 10);
		const bridgeToken = tokenFile === undefined ? undefined : await readToken(tokenFile);
		const settings = config === undefined ? {} : await readMapping(config, "the configuration");
		const users = usersFile === undefined ? {} : { authEnabled: true, authUsers: await readMapping(usersFile, "the users") };
		const fields = { ...settings, ...users } as DashboardConfigInput;
		const dashboard = new DashboardServer({
			config: fields,
			storage: storage === "temporary" ? storage : resolve(storage),
			cluster,
			proxies,
			basePath,
			...defined({ bridgeToken }),
		});
		const stopped = untilSignal();
		try {
			await dashboard.start({ host, port });
			console.log(`Dashboard: ${dashboard.url}`);
			const nobody = bridgeToken === undefined && !fields.authEnabled;
			if (nobody)
				console.warn("No bridge can push: write --bridge-token-file FILE, or --users-file FILE and make tokens in the dashboard.");
			await stopped;
			console.log("Stopping ...");
		} finally {
			await dashboard.stop();
		}
		process.exit();
	}),
});

/** @throws UsageError naming the file and the line; nothing of it is quoted, it may be a secret. */
async function readMapping(file: string, what: string): Promise<Record<string, unknown>> {
	const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
		throw new UsageError(`cannot read ${what} ${file}: ${error.code ?? error.message}`);
	});
	// Loaded for those who have a file. JSON is YAML, too.
	const { parseDocument } = await import("yaml");
	const document = parseDocument(text, { prettyErrors: true });
	const [broken] = document.errors;
	if (broken) throw new UsageError(`${file}:${broken.linePos?.[0].line ?? 1}: invalid YAML (${broken.code})`);
	const found: unknown = document.toJS() ?? {};
	if (typeof found !== "object" || Array.isArray(found)) throw new UsageError(`${file}: write ${what} as name: value`);
	return found as Record<string, unknown>;
}
