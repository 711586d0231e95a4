/** One thing that `doctor` has looked at, and the line that tells it. */
import { counted } from "../../../colony-bridge/protocol/values/text.ts";

const STATUSES = ["ok", "warning", "fault"] as const;
/** `warning`: it works, though not as it should. `fault`: it does not. The place in the list is the exit code. */
export type CheckStatus = (typeof STATUSES)[number];

export interface Check {
	/** A word. */
	name: string;
	status: CheckStatus;
	says: string;
	/** Remedy; absent: there is nothing to do. */
	advice?: string;
}

const LONGEST = 400;

/** Words of a server, or of a file's name: hostile until they are one line of plain text, cut where they are long. */
export function plain(text: string): string {
	const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
	return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

export const ok = (name: string, says: string): Check => ({ name, status: "ok", says });
export const warning = (name: string, says: string, advice: string): Check => ({ name, status: "warning", says, advice });
export const fault = (name: string, says: string, advice: string): Check => ({ name, status: "fault", says, advice });

/** @returns 0 where all is well, 1 after a warning, 2 after a fault. */
export const exitCodeOf = (checks: readonly Check[]): number => Math.max(0, ...checks.map(({ status }) => STATUSES.indexOf(status)));

/** A line for each check, and one that counts them. */
export function textOf(checks: readonly Check[]): string {
	const width = Math.max(0, ...checks.map(({ name }) => name.length));
	const lines = checks.map(({ name, status, says, advice }) =>
		[status.padEnd(7), plain(name).padEnd(width), plain(says) + (advice === undefined ? "" : `; ${plain(advice)}`)].join("  "),
	);
	const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length;
	return [...lines, `${counted(count("fault"), "fault")}, ${counted(count("warning"), "warning")}, ${count("ok")} ok`, ""].join("\n");
}

/** The same for programs. */
export function jsonOf(checks: readonly Check[]): string {
	const status = STATUSES[exitCodeOf(checks)];
	return `${JSON.stringify({ status, checks }, null, "\t")}\n`;
}
