/** `hiveframe-dashboard hash`: what stands for a password in `authUsers` and in the secret AUTH_USERS. */
import { randomBytes } from "node:crypto";
import { defineCommand } from "citty";
import * as v from "valibot";
import { stretch } from "../../durable/access/stretch.ts";
import { formatHash, HASH_ITERATIONS, hashPassword, MOST_ITERATIONS } from "../../worker/access/password-hash.ts";
import { DashboardConfig } from "../protocol/config.ts";
import { describeIssues } from "../protocol/problem.ts";
import { guarded, UsageError, wholeNumber } from "./command-line.ts";
import { askPassword } from "./password-prompt.ts";

/** Below, a list of leaked passwords is tried in no time. */
const FEWEST_ITERATIONS = 100_000;
const SHORTEST = 8;

const args = {
	iterations: {
		type: "string",
		default: String(HASH_ITERATIONS),
		valueHint: "number",
		description: "Work that one try costs; more is slower for you and for whoever guesses",
	},
	user: {
		type: "string",
		valueHint: "name",
		description: "Print the settings of a first deploy as JSON: this user, an operator, and a new bridge's token",
	},
} as const;

export const hashCommand = defineCommand({
	meta: { name: "hash", description: "Hash a password for authUsers; asks for it, or reads it from a pipe" },
	args,
	run: guarded(args, async ({ args: { iterations, user } }) => {
		const work = wholeNumber("--iterations", iterations, FEWEST_ITERATIONS, MOST_ITERATIONS);
		const password = await askPassword();
		if (password.length < SHORTEST) throw new UsageError(`the password has fewer than ${SHORTEST} characters; choose a longer one`);
		const passwordHash = formatHash(await hashPassword(password, work, stretch));
		if (user === undefined) return console.log(passwordHash);
		const users = v.safeParse(DashboardConfig.entries.authUsers.wrapped, { [user]: { passwordHash, role: "operator" } });
		if (!users.success) throw new UsageError(`--user: ${describeIssues(users.issues)}`);
		const settings = { AUTH_USERS: JSON.stringify(users.output), BRIDGE_TOKEN: randomBytes(32).toString("hex") };
		console.log(JSON.stringify(settings, null, "\t"));
	}),
});
