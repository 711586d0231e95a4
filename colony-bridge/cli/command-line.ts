/** Arguments and errors of every command. */
import type { ArgsDef, CommandContext } from "citty";
import { UsageError } from "../option-check.ts";
import { suggestion } from "../protocol/http/did-you-mean.ts";

/**
 * A command's work, with unknown options refused and errors printed in one line. A program's exit code is 1 then.
 * @param usageCode the exit code where it was the caller's mistake.
 */
export function guarded<const T extends ArgsDef>(args: T, run: (context: CommandContext<T>) => Promise<void>, usageCode = 1) {
	return async (context: CommandContext<T>): Promise<void> => {
		try {
			refuseUnknown(args, context.args);
			await run(context);
		} catch (error) {
			console.error(error instanceof Error ? error.message : String(error));
			process.exitCode = error instanceof UsageError ? usageCode : 1;
		}
	};
}

function refuseUnknown(args: ArgsDef, given: Record<string, unknown>): void {
	const names = Object.keys(args);
	const options = names.map((name) => `--${name}`);
	// citty gives `--token-file` as `tokenFile` too.
	const written = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
	for (const name of Object.keys(given))
		if (name !== "_" && !names.includes(name) && !names.includes(written(name)))
			throw new UsageError(`unknown option --${name}; ${suggestion(`--${name}`, options, "it takes")}`);
	const [extra] = given._ as string[];
	if (extra !== undefined) throw new UsageError(`unknown argument "${extra}"; it takes ${options.join(", ")}`);
}

/** @throws UsageError where the text is no whole number of the range. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (value >= least && value <= most) return value;
	throw new UsageError(`invalid ${option} "${text}"; write a whole number from ${least} to ${most}`);
}

/** Ctrl+C reaches a command twice where npm hands it on: what follows this soon, ms, is the same request. */
const SAME_REQUEST_MS = 500;

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once: its user has waited enough. */
export function untilSignal(): Promise<NodeJS.Signals> {
	return new Promise((resolve) => {
		let asked: number | undefined;
		for (const signal of ["SIGINT", "SIGTERM"] as const) {
			process.on(signal, () => {
				if (asked !== undefined && performance.now() - asked > SAME_REQUEST_MS) process.exit(1);
				asked ??= performance.now();
				resolve(signal);
			});
		}
	});
}

/** Option of a command that serves a dashboard on this machine. */
export const HOST_OPTION = {
	type: "string",
	default: "127.0.0.1",
	valueHint: "address",
	description: "Address to listen on: 127.0.0.1 is for this machine only, 0.0.0.0 for all who reach it",
} as const;

/** An option with a value. */
export const textOption = ({ help, value }: { help: string; value: string }) =>
	({ type: "string", valueHint: value, description: help }) as const;

/** Options for the dashboard that a bridge or a gateway pushes to. */
export const DASHBOARD = {
	to: { help: "The dashboard's address", value: "URL" },
	cluster: { help: "The cluster there; without it the default one", value: "name" },
	tokenFile: { help: "A file that holds the dashboard's bridge token", value: "file" },
};
