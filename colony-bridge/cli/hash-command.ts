/** `hiveframe-dashboard hash`: what stands for a password in `authUsers` and in the secret AUTH_USERS. */
import { defineCommand } from "citty";
import { stretch } from "../../durable/access/stretch.ts";
import { formatHash, HASH_ITERATIONS, hashPassword, MOST_ITERATIONS } from "../../worker/access/password-hash.ts";
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
} as const;

export const hashCommand = defineCommand({
	meta: { name: "hash", description: "Hash a password for authUsers; asks for it, or reads it from a pipe" },
	args,
	run: guarded(args, async ({ args: { iterations } }) => {
		const work = wholeNumber("--iterations", iterations, FEWEST_ITERATIONS, MOST_ITERATIONS);
		const password = await askPassword();
		if (password.length < SHORTEST) throw new UsageError(`the password has fewer than ${SHORTEST} characters; choose a longer one`);
		console.log(formatHash(await hashPassword(password, work, stretch)));
	}),
});
