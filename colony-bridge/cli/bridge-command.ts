/** `hiveframe-dashboard bridge`: reads what a colony elsewhere shows of itself, and pushes it to a dashboard. */
import { defineCommand } from "citty";
import { type BridgeArguments, settingsOf } from "./bridge-arguments.ts";
import { checkSettings, readConfig } from "./bridge-config.ts";
import { dryRun } from "./bridge-dry-run.ts";
import { BridgeLog, EXIT, type LogFormat } from "./bridge-log.ts";
import { type BridgePlan, planBridges } from "./bridge-plan.ts";
import { BridgeRun } from "./bridge-run.ts";
import { guarded, UsageError, untilSignal } from "./command-line.ts";

const STATUS_MS = 1_000;
/** Interval of status lines without a terminal, ms. */
const QUIET_STATUS_MS = 60_000;
/** With all it may take to flush, it is gone before this. */
const STOP_MS = 4_800;

const args = {
	to: { type: "string", valueHint: "URL", description: "The dashboard's address" },
	cluster: { type: "string", valueHint: "name", description: "The cluster there; without it the default one" },
	"token-file": { type: "string", valueHint: "file", description: "A file that holds the dashboard's bridge token" },
	name: { type: "string", valueHint: "name", description: "This bridge's name, unique in its cluster; default CLUSTER@HOST" },
	interval: { type: "string", valueHint: "time", description: "Time between pushes, such as 500ms, 5s or 1m; default 5s" },
	prometheus: {
		type: "string",
		valueHint: "URL...",
		description: "Scrape targets: http(s)://HOST/metrics, dns+srv://NAME/metrics, kubernetes://NAMESPACE?selector=LABELS",
	},
	job: { type: "string", valueHint: "name", description: "Label job of the scrape targets; default prometheus" },
	hiveframe: { type: "string", valueHint: "URL...", description: "HiveFrame's own dashboards, whose REST is read" },
	logs: { type: "string", valueHint: "FILE...", description: "Log files to follow; - is standard input" },
	"logs-from": { type: "string", valueHint: "start|end", description: "Where to begin in log files; default end" },
	"logs-zone": {
		type: "string",
		valueHint: "zone",
		description: "Zone of log instants without one: UTC, +02:00 or Europe/Berlin; default this machine's",
	},
	stdin: { type: "boolean", description: "Read frames from standard input, a JSON object a line" },
	spool: {
		type: "string",
		valueHint: "directory",
		description: 'Where what has not arrived outlives this process; default ~/.local/state/hiveframe-dashboard, or "none"',
	},
	config: { type: "string", valueHint: "file", description: "A YAML file with these settings, for several colonies too" },
	"dry-run": { type: "boolean", description: "Read once, print what would be pushed, try the dashboard and its token, push nothing" },
	"log-format": { type: "string", valueHint: "text|json", default: "text", description: "How the bridge itself logs, on standard error" },
} as const;

export const bridgeCommand = defineCommand({
	meta: { name: "bridge", description: "Read a colony from its metrics, REST, logs or a pipe, and push it to a dashboard" },
	args,
	run: guarded(
		args,
		async ({ args: given }) => {
			const plans = await plansOf(given, given.config);
			const format = formatOf(given["log-format"]);
			if (given["dry-run"]) {
				let worst: number = EXIT.stopped;
				for (const plan of plans) {
					const { text, code } = await dryRun(plan);
					process.stdout.write(text);
					worst = Math.max(worst, code);
				}
				process.exit(worst);
			}
			process.exit(await push(plans, new BridgeLog(format)));
		},
		EXIT.usage,
	),
});

async function plansOf(given: BridgeArguments, config: string | undefined): Promise<BridgePlan[]> {
	const settings = settingsOf(given);
	if (config === undefined) return planBridges(checkSettings(settings));
	const [both] = Object.keys(settings);
	if (both !== undefined) throw new UsageError(`with --config the file says it all: write ${both} there instead of on the command line`);
	return planBridges(await readConfig(config));
}

function formatOf(text: string): LogFormat {
	if (text === "text" || text === "json") return text;
	throw new UsageError(`invalid --log-format "${text}"; write text or json`);
}

/** Runs a bridge for each plan until all are over. @returns the exit code: the worst of them. */
async function push(plans: readonly BridgePlan[], log: BridgeLog): Promise<number> {
	const runs: BridgeRun[] = [];
	for (const plan of plans) runs.push(await BridgeRun.start(plan, log.say));
	void untilSignal().then((signal) => {
		log.say("INFO", `${signal}: stopping`);
		setTimeout(() => process.exit(EXIT.unsent), STOP_MS).unref();
		for (const run of runs) void run.stop();
	});
	const status = () => runs.map((run) => run.status()).join(" | ");
	const tell = log.live ? () => log.status(status()) : () => runs.map((run) => log.say("INFO", run.status(), { stats: run.stats }));
	const timer = setInterval(tell, log.live ? STATUS_MS : QUIET_STATUS_MS);
	const codes = await Promise.all(runs.map((run) => run.over));
	clearInterval(timer);
	tell();
	log.end();
	return Math.max(...codes);
}
