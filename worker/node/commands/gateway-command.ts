/** `hiveframe-dashboard gateway`: collects the pushes of a site's bridges and forwards them to a dashboard, at once or when it can be reached. */
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { defineCommand } from "citty";
import { bridgeAddresses } from "../../../colony-bridge/bridge/endpoint.ts";
import { wordsOf } from "../../../colony-bridge/bridge/warnings.ts";
import { BridgeLog, EXIT, type ExitCode, LOG_FORMAT_OPTION, logFormatOf } from "../../../colony-bridge/cli/bridge-log.ts";
import { DASHBOARD, guarded, textOption, untilSignal, wholeNumber } from "../../../colony-bridge/cli/command-line.ts";
import { UsageError } from "../../../colony-bridge/option-check.ts";
import { counted } from "../../../colony-bridge/protocol/values/text.ts";
import { tokenOf } from "../../../colony-bridge/sources/access.ts";
import { DEFAULT_STORE_BYTES, type GatewayOptions, type GatewayStats, RunningGateway } from "../gateway/running-gateway.ts";

const STATUS_MS = 1_000;
const QUIET_STATUS_MS = 60_000;
const LOOK_MS = 200;
/** With all it may take to flush, it is gone before this. */
const STOP_MS = 4_800;

const args = {
	listen: {
		type: "string",
		default: "127.0.0.1:8081",
		valueHint: "HOST:PORT",
		description: "Where local bridges find it; port 0: any free one",
	},
	to: textOption(DASHBOARD.to),
	cluster: textOption(DASHBOARD.cluster),
	"token-file": textOption(DASHBOARD.tokenFile),
	"local-token-file": { type: "string", valueHint: "file", description: "What local bridges present; without it the same token" },
	store: {
		type: "string",
		valueHint: "file",
		description: "What has not arrived; default ~/.local/state/hiveframe-dashboard/gateway-CLUSTER.db",
	},
	"store-megabytes": {
		type: "string",
		default: String(DEFAULT_STORE_BYTES / 1_000_000),
		valueHint: "number",
		description: "Past it the oldest samples and events make room and become gaps",
	},
	"log-format": LOG_FORMAT_OPTION,
} as const;

export const gatewayCommand = defineCommand({
	meta: { name: "gateway", description: "Collect from the bridges of a site and hand it all on to a dashboard" },
	args,
	run: guarded(
		args,
		async ({ args: given }) => {
			const { to, cluster, listen, store, "token-file": tokenFile, "local-token-file": localFile, "log-format": format } = given;
			if (to === undefined) throw new UsageError("no dashboard to push to; write --to URL, its address");
			if (tokenFile === undefined) throw new UsageError("write --token-file FILE, a file that holds the dashboard's bridge token");
			const megabytes = wholeNumber("--store-megabytes", given["store-megabytes"], 1, 1_000_000);
			const endpoint = { url: to, ...(cluster !== undefined && { cluster }) };
			const [token, localToken] = await checked(() => {
				bridgeAddresses(endpoint);
				return Promise.all([tokenOf(tokenFile), tokenOf(localFile ?? tokenFile)]);
			});
			const log = new BridgeLog(logFormatOf(format));
			process.exit(
				await collect(
					{
						to: { ...endpoint, token },
						...addressOf(listen),
						localToken,
						store: await storeOf(store, cluster),
						storeBytes: megabytes * 1_000_000,
						onError: (error) => log.say("WARNING", error.message),
					},
					log,
				),
			);
		},
		EXIT.usage,
	),
});

/** Runs until it is stopped, or the dashboard refuses its token. @returns the exit code. */
async function collect(options: GatewayOptions, log: BridgeLog): Promise<ExitCode> {
	const gateway = await checked(() => RunningGateway.start(options));
	log.say("INFO", `bridges push to http://${options.host}:${gateway.port}, and on to ${options.to.url}`, { port: gateway.port });
	let wasLive = false;
	const denied = new Promise<"denied">((resolve) => {
		const look = setInterval(() => {
			const { live, denied } = gateway.stats;
			wasLive ||= live > 0;
			// A token that was good before is waited for: it may be on its way to the dashboard.
			if (denied === undefined || wasLive) return;
			clearInterval(look);
			resolve("denied");
		}, LOOK_MS);
	});
	const printStatus = log.live
		? () => log.status(statusOf(gateway.stats))
		: () => log.say("INFO", statusOf(gateway.stats), { stats: gateway.stats });
	const timer = setInterval(printStatus, log.live ? STATUS_MS : QUIET_STATUS_MS);
	const why = await Promise.race([untilSignal(), denied]);
	clearInterval(timer);
	if (why !== "denied") log.say("INFO", `${why}: stopping`);
	setTimeout(() => process.exit(EXIT.unsent), STOP_MS).unref();
	await gateway.stop();
	const { frames } = gateway.stats.held;
	if (why === "denied") return EXIT.denied;
	log.end();
	if (frames === 0) return EXIT.stopped;
	log.say("ERROR", `${counted(frames, "frame")} not acknowledged at the end; they are kept in ${options.store}`);
	return EXIT.unsent;
}

function statusOf({ bridges, live, held, evicted, warnings }: GatewayStats): string {
	return [
		`${counted(bridges, "bridge")} here, ${counted(live, "link")} to the dashboard`,
		`${counted(held.frames, "frame")} waiting (${(held.bytes / 1e6).toFixed(1)} MB)`,
		...(evicted > 0 ? [`${counted(evicted, "frame")} became gaps`] : []),
		...(warnings > 0 ? [counted(warnings, "warning")] : []),
	].join(" · ");
}

function addressOf(text: string): { host: string; port: number } {
	const [, host = "", port = ""] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text)?.filter((part) => part !== undefined) ?? [];
	if (host === "") throw new UsageError(`invalid --listen "${text}"; write HOST:PORT, such as 127.0.0.1:8081 or 0.0.0.0:8081`);
	return { host, port: wholeNumber("the port of --listen", port, 0, 65_535) };
}

async function storeOf(given: string | undefined, cluster = "default"): Promise<string> {
	const state = process.env.XDG_STATE_HOME || join(homedir(), ".local/state");
	const file = resolve(given ?? join(state, "hiveframe-dashboard", `gateway-${cluster}.db`));
	await checked(() => mkdir(dirname(file), { recursive: true }));
	return file;
}

/** Errors that the caller must correct. */
async function checked<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw new UsageError(wordsOf(error));
	}
}
