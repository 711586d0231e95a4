/** The YAML file of a bridge's settings: README.md has an example. Top-level settings are defaults of every colony; without `colonies` there is one. */
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import type { Document, LineCounter } from "yaml";
import { UsageError } from "../option-check.ts";
import { suggestion } from "../protocol/http/did-you-mean.ts";
import { BridgeFile, namesAt, optionOf } from "./bridge-settings.ts";

/** @throws UsageError naming file, line, setting and what is allowed; no value is quoted, it may be a secret in the wrong place. */
export async function readConfig(file: string): Promise<BridgeFile> {
	const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
		throw new UsageError(`cannot read the configuration ${file}: ${error.code ?? error.message}`);
	});
	// Loaded for those who have a file: most bridges have none, and start sooner.
	const { LineCounter, parseDocument } = await import("yaml");
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines });
	const [broken] = document.errors;
	if (broken) throw new UsageError(`${file}:${broken.linePos?.[0].line ?? 1}: invalid YAML (${broken.code})`);
	const parsed = v.safeParse(BridgeFile, document.toJS() ?? {});
	if (parsed.success) return parsed.output;
	const [issue] = parsed.issues;
	const path = (issue.path ?? []).map(({ key }) => key as string | number);
	throw new UsageError(`${file}:${lineOf(document, lines, path)}: ${wordsOf(issue, path)}`);
}

/** @throws UsageError in the words of the command line. */
export function checkSettings(settings: unknown): BridgeFile {
	const parsed = v.safeParse(BridgeFile, settings);
	if (parsed.success) return parsed.output;
	const [issue] = parsed.issues;
	throw new UsageError(`invalid --${optionOf(String(issue.path?.[0]?.key ?? ""))}: ${issue.message}`);
}

/** Location of a setting, or of a missing one, in the file. */
function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
	for (let depth = path.length; depth > 0; depth--) {
		const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
		if (node?.range) return lines.linePos(node.range[0]).line;
	}
	return 1;
}

function wordsOf(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string {
	const place = path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : text ? `${text}.${key}` : key), "");
	if (path.length === 0) return "the file holds no settings; write them as name: value";
	if (issue.type !== "strict_object") return `${place}: ${issue.message.replace(/ but received .*$/s, "")}`;
	if (issue.expected !== "never") return `${place} is missing`;
	const last = String(path.at(-1));
	const allowed = namesAt(path.slice(0, -1));
	const secret = /token|password|secret|key/i.test(last) && allowed.includes("tokenFile");
	return `there is no setting ${place}; ${secret ? "a secret has no place here, write tokenFile with the path of a file that holds it" : suggestion(last, allowed, "write")}`;
}
