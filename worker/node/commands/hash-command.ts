/** `hiveframe-dashboard hash`: makes a password's hash for `authUsers` and the secret AUTH_USERS. */
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { defineCommand } from "citty";
import * as v from "valibot";
import { guarded } from "../../../colony-bridge/cli/command-line.ts";
import { UsageError } from "../../../colony-bridge/option-check.ts";
import { DashboardConfig } from "../../../colony-bridge/protocol/http/config.ts";
import { describeIssues } from "../../../colony-bridge/protocol/wire/problem.ts";
import { derive } from "../../../durable/access/key-derivation.ts";
import { formatHash, HASH_COST, hashPassword } from "../../access/users.ts";

const SHORTEST = 8;

const args = {
	user: {
		type: "string",
		valueHint: "name",
		description: "Print the settings of a first deploy as JSON: this user, an operator, and a new bridge's token",
	},
} as const;

export const hashCommand = defineCommand({
	meta: { name: "hash", description: "Hash a password for authUsers; asks for it, or reads it from a pipe" },
	args,
	run: guarded(args, async ({ args: { user } }) => {
		const password = await askPassword();
		if (password.length < SHORTEST) throw new UsageError(`the password has fewer than ${SHORTEST} characters; choose a longer one`);
		const passwordHash = formatHash(await hashPassword(password, HASH_COST, derive));
		if (user === undefined) return console.log(passwordHash);
		const users = v.safeParse(DashboardConfig.entries.authUsers.wrapped, { [user]: { passwordHash, role: "operator" } });
		if (!users.success) throw new UsageError(`--user: ${describeIssues(users.issues)}`);
		const settings = { AUTH_USERS: JSON.stringify(users.output), BRIDGE_TOKEN: randomBytes(32).toString("hex") };
		console.log(JSON.stringify(settings, null, "\t"));
	}),
});

/**
 * A password from whoever runs the command: asked for without showing it, or read from a pipe. Never from an argument, which `ps` shows to all.
 * @throws UsageError where there is none, or the two that were typed differ.
 */
async function askPassword(): Promise<string> {
	const password = process.stdin.isTTY ? await typedTwice() : await piped();
	if (password === "")
		throw new UsageError("the password is empty; type one, or pipe it in: printf %s PASSWORD | hiveframe-dashboard hash");
	return password;
}

/** One line end at its end is the pipe's, not the password's. */
async function piped(): Promise<string> {
	let text = "";
	for await (const chunk of process.stdin.setEncoding("utf8")) {
		text += chunk;
		if (text.length > 10_000) throw new UsageError("this is too long for a password; pipe in the password alone");
	}
	return text.replace(/\r?\n$/, "");
}

async function typedTwice(): Promise<string> {
	const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
	const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
	try {
		const ask = async (words: string) => {
			process.stderr.write(words);
			const answer = await lines.question("");
			process.stderr.write("\n");
			return answer;
		};
		const first = await ask("Password: ");
		if ((await ask("Once more: ")) !== first) throw new UsageError("the two passwords differ; no hash was made");
		return first;
	} finally {
		lines.close();
	}
}
