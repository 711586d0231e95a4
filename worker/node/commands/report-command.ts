/** `hiveframe-dashboard report`: saves a report of a cluster, for those who cannot reach the dashboard, or will not be able to. */
import { rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { authorization, bridgeAddresses, refusal, stranger, unreachable } from "../../../colony-bridge/bridge/endpoint.ts";
import { readToken } from "../../../colony-bridge/cli/bridge-run.ts";
import { DASHBOARD, guarded, textOption } from "../../../colony-bridge/cli/command-line.ts";
import { UsageError } from "../../../colony-bridge/option-check.ts";
import { defined } from "../../../colony-bridge/protocol/values/objects.ts";

/** Time for a whole answer, ms. */
const TIMEOUT_MS = 120_000;
/** Bytes of an answer: a report has 2 MB at most. */
const MOST_BYTES = 4_000_000;

const args = {
	from: textOption({ help: "The dashboard's address", value: "URL" }),
	cluster: textOption(DASHBOARD.cluster),
	at: textOption({ help: "The instant it shows; without it the present", value: "instant" }),
	range: textOption({ help: "The time that its charts show, up to that instant, such as 6h; without it 1h", value: "duration" }),
	run: textOption({ help: "A run by its id, in place of an instant and a range: its last state, and charts of all its time", value: "id" }),
	"token-file": textOption({ help: "A file that holds an API token, where people sign in", value: "file" }),
	out: textOption({ help: "The file to write, a page of HTML", value: "file" }),
} as const;

export const reportCommand = defineCommand({
	meta: { name: "report", description: "Save a cluster as of an instant as one page that needs no dashboard" },
	args,
	run: guarded(args, async ({ args: { from, cluster, at, range, run, out, "token-file": tokenFile } }) => {
		if (from === undefined) throw new UsageError("no dashboard to read from; write --from URL, its address");
		if (out === undefined) throw new UsageError("no file to write; write --out FILE");
		const address = reportAddress(from, cluster, defined({ at, range, run }));
		const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
		const { bytes, asOf } = await fetchReport(address, token);
		const file = resolve(out);
		await replaceFile(file, bytes);
		console.log(`${file}: ${Math.ceil(bytes.length / 1000)} kB${asOf === null ? "" : `, as of ${asOf}`}`);
	}),
});

function reportAddress(from: string, cluster: string | undefined, parameters: Record<string, string>): URL {
	try {
		const { http } = bridgeAddresses({ url: from, ...defined({ cluster }) });
		return new URL(`report?${new URLSearchParams(parameters)}`, http);
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

/** @throws where there is no whole report, saying why. */
async function fetchReport(address: URL, token: string | undefined): Promise<{ bytes: Uint8Array; asOf: string | null }> {
	const headers = { accept: "text/html", ...authorization(token) };
	const response = await fetch(address, { headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
		(error: unknown) => {
			throw new Error(unreachable(address, error));
		},
	);
	const bytes = await boundedBytes(response);
	if (response.status !== 200) {
		const why = refusal(new TextDecoder().decode(bytes));
		throw new Error(why ? `the dashboard refuses: ${why}` : stranger(address, response.status, response.statusText));
	}
	if (!response.headers.get("content-type")?.startsWith("text/html") || response.headers.get("content-disposition") === null) {
		throw new Error(`what is at ${address.host} answers without a report: is it an older dashboard?`);
	}
	return { bytes, asOf: response.headers.get("as-of") };
}

async function boundedBytes(response: Response): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of response.body ?? []) {
		length += part.length;
		if (length > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes, which no report has`);
		parts.push(part);
	}
	return Buffer.concat(parts);
}

/** Whole or not at all: an earlier report of that name stays where the disk is full. */
async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
	const beside = `${file}.${process.pid}.part`;
	try {
		await writeFile(beside, bytes);
		await rename(beside, file);
	} catch (error) {
		await rm(beside, { force: true });
		throw error;
	}
}
