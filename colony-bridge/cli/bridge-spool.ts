/** Where a bridge keeps on disk what the dashboard does not have yet. */
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export interface SpoolPlan {
	directory: string;
	/** Nobody asked for it: where it cannot be had, memory will do. */
	byDefault: boolean;
}

/**
 * A folder for each bridge, the same after a restart: two bridges never share one.
 * @param identity what makes the bridge this one: where it pushes to, and under which name
 */
export function spoolOf(setting: string | false | undefined, identity: readonly (string | undefined)[]): SpoolPlan | undefined {
	if (setting === false) return undefined;
	const state = process.env.XDG_STATE_HOME || join(homedir(), ".local/state");
	const name = identity.at(-1) ?? "";
	const own = `${name.replace(/[^A-Za-z0-9._@-]/g, "_").slice(0, 80)}-${createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 8)}`;
	return { directory: resolve(setting ?? join(state, "hiveframe-dashboard/spool"), own), byDefault: setting === undefined };
}
