/** `hiveframe-dashboard bridge`: reads a colony's metrics and logs, and pushes them to a dashboard. */
import { defineCommand } from "citty";
import { UsageError } from "../option-check.ts";
import { checkSettings, readConfig } from "./bridge-config.ts";
import { dryRun } from "./bridge-dry-run.ts";
import { BridgeLog, EXIT, LOG_FORMAT_OPTION, logFormatOf } from "./bridge-log.ts";
import { type BridgePlan, planBridges } from "./bridge-plan.ts";
import { BridgeRun } from "./bridge-run.ts";
import { OPTIONS, settingsOf } from "./bridge-settings.ts";
import { guarded, untilSignal } from "./command-line.ts";

const STATUS_MS = 1_000;
/** Interval of status lines without a terminal, ms. */
const QUIET_STATUS_MS = 60_000;
/** With all it may take to flush, it is gone before this. */
const STOP_MS = 4_800;

const own = {
	config: { type: "string", valueHint: "file", description: "A YAML file with these settings, for several colonies too" },
	"dry-run": { type: "boolean", description: "Read once, print what would be pushed, try the dashboard and its token, push nothing" },
	"log-format": LOG_FORMAT_OPTION,
} as const;
const args = { ...OPTIONS, ...own };

export const bridgeCommand = defineCommand({
	meta: { name: "bridge", description: "Read a colony from its metrics, REST, logs or a pipe, and push it to a dashboard" },
	args,
	run: guarded(
		args,
		async ({ args: given }) => {
			const plans = await plansOf(given, given.config);
			const format = logFormatOf(given["log-format"]);
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

async function plansOf(given: Record<string, unknown>, config: string | undefined): Promise<BridgePlan[]> {
	const settings = settingsOf(given);
	if (config === undefined) return planBridges(checkSettings(settings));
	const [both] = Object.keys(settings);
	if (both !== undefined)
		throw new UsageError(`with --config all settings are in the file: write ${both} there instead of on the command line`);
	return planBridges(await readConfig(config));
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
	const printStatus = log.live ? () => log.status(status()) : () => runs.map((run) => log.say("INFO", run.status(), { stats: run.stats }));
	const timer = setInterval(printStatus, log.live ? STATUS_MS : QUIET_STATUS_MS);
	const codes = await Promise.all(runs.map((run) => run.over));
	clearInterval(timer);
	printStatus();
	log.end();
	return Math.max(...codes);
}
