/** A password from whoever runs the command: asked for without showing it, or read from a pipe. Never from an argument, which `ps` shows to all. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { UsageError } from "./command-line.ts";

/** @throws UsageError where there is none, or the two that were typed differ. */
export async function askPassword(): Promise<string> {
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
		if ((await ask("Once more: ")) !== first) throw new UsageError("the two differ; nothing was made");
		return first;
	} finally {
		lines.close();
	}
}
