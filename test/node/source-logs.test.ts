/** Logs as sources: each format, messages of several lines, and a file that is followed over rotation. */
import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogLine } from "../../colony-bridge/protocol/wire/state.ts";
import { BoundedLines } from "../../colony-bridge/sources/bounded-lines.ts";
import { FileFollower } from "../../colony-bridge/sources/logs/file-follower.ts";
import { parseJsonLine, parseTextLine } from "../../colony-bridge/sources/logs/log-line.ts";
import { LogSource } from "../../colony-bridge/sources/logs/log-source.ts";
import { afterwards, capture, captured } from "./source-rig.ts";
import { until } from "./until.ts";

const NOW = 1_795_467_000_000;
const local = (text: string) => new Date(text).getTime();

async function folder(): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), "hive-logs-"));
	afterwards(() => rm(path, { recursive: true }));
	return path;
}

/** Collects what a source emits; stopped behind the test. */
function listen(source: LogSource): LogLine[] {
	const lines: LogLine[] = [];
	source.start((event) => {
		if (event.type !== "log") throw new Error(`a log emits ${event.type}`);
		const { type: _, ...line } = event;
		lines.push(line as LogLine);
	});
	afterwards(() => source.stop());
	return lines;
}

describe("a line", () => {
	test.each<[string, Partial<LogLine>]>([
		[
			'{"timestamp": 1795467952.6560185, "level": "WARNING", "message": "slow", "logger": "queen", "job": "etl", "n": 7, "tags": ["a"]}',
			{ at: 1795467952656, level: "WARNING", source: "queen", message: 'slow | job=etl n=7 tags=["a"]' },
		],
		[
			'{"timestamp": 1795467952, "level": "ERROR", "message": "a\\n<b>", "logger": "w", "exception": "Traceback:\\n  x\\n"}',
			{ at: 1795467952000, message: "a\n<b>\nTraceback:\n  x" },
		],
		// Context keys have taken the places of the logger's own.
		[
			'{"timestamp": "noon", "level": 11, "message": {"a": 1}}',
			{ at: NOW, level: "INFO", message: 'timestamp=noon level=11 message={"a":1}' },
		],
		['{"timestamp": 12, "level": "warn", "msg": "x"}', { at: NOW, level: "WARNING", message: "x | timestamp=12" }],
		[
			'{"time": "2026-01-30T10:15:30.123Z", "severity": 40, "event": "x", "__proto__": 1}',
			{ at: local("2026-01-30T10:15:30.123Z"), level: "ERROR", message: "x | __proto__=1" },
		],
		["{}", { at: NOW, level: "INFO", message: "" }],
	])("of JSON: %s", (text, line) => {
		expect(parseJsonLine(text, NOW)).toMatchObject(line);
	});

	test.each<[string, Partial<LogLine>]>([
		[
			"[2026-11-23 21:06:31] WARNING  queen: check failed: redis | check=redis",
			{ at: local("2026-11-23T21:06:31"), level: "WARNING", source: "queen", message: "check failed: redis | check=redis" },
		],
		[
			"2026-11-23 21:06:31,123 - my.app - ERROR - it - broke",
			{ at: local("2026-11-23T21:06:31.123"), level: "ERROR", source: "my.app", message: "it - broke" },
		],
		["2026-11-23T21:06:31.5Z [warn] slow", { at: local("2026-11-23T21:06:31.500Z"), level: "WARNING", message: "slow" }],
		["CRITICAL:root:gone", { at: NOW, level: "CRITICAL", source: "root", message: "gone" }],
		["ERROR: no disk", { at: NOW, level: "ERROR", message: "no disk" }],
	])("of text: %s", (text, line) => {
		expect(parseTextLine(text, NOW)).toMatchObject(line);
	});

	test.each(["hello world", "Note: this is no level", "  INFO: indented", '{"not": json', "[1, 2]", "2026-11-23 only a date"])(
		"is plain: %s",
		(text) => {
			expect(parseJsonLine(text, NOW)).toBeUndefined();
			expect(parseTextLine(text, NOW)).toBeUndefined();
		},
	);
});

describe("a pipe", () => {
	test("is one message a head, with what belongs to it", async () => {
		const pipe = new PassThrough();
		const source = new LogSource(pipe);
		const lines = listen(source);
		pipe.end(
			[
				"[2026-11-23 21:06:31] ERROR    worker-1: Task failed: two",
				"lines",
				"Traceback (most recent call last):",
				'  File "/app/etl.py", line 190, in transform',
				"ValueError: division by zero",
				"",
				'{"level": "INFO", "message": "between", "timestamp": 1795467952}',
				"plain",
				"plain again\r",
				"\tindented",
				"Traceback (most recent call last):",
				'  File "x.py", line 1',
				"KeyError: 'a'",
				"after",
			].join("\n"),
		);
		await source.ended;
		expect(lines.map(({ level, message }) => [level, message])).toEqual([
			[
				"ERROR",
				'Task failed: two\nlines\nTraceback (most recent call last):\n  File "/app/etl.py", line 190, in transform\nValueError: division by zero',
			],
			["INFO", "between"],
			["INFO", "plain"],
			["INFO", "plain again\n\tindented"],
			["ERROR", "Traceback (most recent call last):\n  File \"x.py\", line 1\nKeyError: 'a'"],
			["INFO", "after"],
		]);
		expect(source.status()).toBe("6 log lines");
	});

	test("that pauses completes the message", async () => {
		const pipe = new PassThrough();
		const lines = listen(new LogSource(pipe));
		pipe.write("ERROR: first\n  more\n");
		await until(() => lines.length === 1, "the first message");
		expect(lines[0]?.message).toBe("first\n  more");
	});

	test("of one endless line keeps its beginning and the count of missing bytes", () => {
		const lines: string[] = [];
		const cutter = new BoundedLines(10, (line) => lines.push(line));
		for (let i = 0; i < 1000; i++) cutter.write(Buffer.from("x".repeat(1000)));
		cutter.write(Buffer.from("\nshort\n"));
		cutter.end();
		expect(lines).toEqual([`${"x".repeat(10)}… [cut, 1000000 bytes in all]`, "short"]);
	});

	test("cut anywhere gives the same lines", () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: "grapheme" }).filter((text) => !/[\n\r]/.test(text))), fc.array(fc.nat(20)), (given, cuts) => {
				const bytes = Buffer.from(given.map((line) => `${line}\n`).join(""));
				const lines: string[] = [];
				const cutter = new BoundedLines(10_000, (line) => lines.push(line));
				let at = 0;
				for (const cut of cuts) {
					cutter.write(bytes.subarray(at, at + cut));
					at += cut;
				}
				cutter.write(bytes.subarray(at));
				expect(lines).toEqual(given);
			}),
		);
	});
});

describe.skipIf(!captured)("HiveFrame's own log", () => {
	test("is read whole, levels and sources as they were", async () => {
		const path = join(await folder(), "colony.log");
		const text = capture("logs.ndjson");
		await writeFile(path, text);
		const lines = listen(new LogSource(path, { fromStart: true, pollMs: 10 }));
		const given = text
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		await until(() => lines.length === given.length, "every line");
		expect(lines.map(({ at, level, source }) => [at, level, source])).toEqual(
			given.map(({ timestamp, level, logger }) => [Math.floor(timestamp * 1000), level, logger]),
		);
		expect(lines.every(({ message }, i) => message.startsWith(given[i].message))).toBe(true);
	});
});

describe("a file", () => {
	test("is read from now on, not from the middle of a line, and from its beginning where that is wanted", async () => {
		const path = join(await folder(), "a.log");
		await writeFile(path, "old 1\nold 2\nhalf a li");
		const [fromEnd, fromStart] = [new LogSource(path, { pollMs: 10 }), new LogSource(path, { fromStart: true, pollMs: 10 })];
		const [late, all] = [listen(fromEnd), listen(fromStart)];
		await until(() => all.length === 2, "the old lines");
		await until(() => fromEnd.read().checks?.[0]?.status === "ok", "the file to be open");
		await appendFile(path, "ne\nnew\n");
		await until(() => late.length === 1 && all.length === 4, "the new line");
		expect(late.map(({ message }) => message)).toEqual(["new"]);
		expect(all.map(({ message }) => message)).toEqual(["old 1", "old 2", "half a line", "new"]);
	});

	test("that does not exist yet is a failed check, and is read from its first line once it does", async () => {
		const path = join(await folder(), "later.log");
		const source = new LogSource(path, { pollMs: 10 });
		const lines = listen(source);
		await until(() => source.read().checks?.[0]?.status === "failed", "the check to fail");
		expect(source.read().checks?.[0]).toMatchObject({ id: `logs ${path}`, message: "there is no such file yet" });
		await writeFile(path, "first\n");
		await until(() => lines.length === 1, "the first line");
		expect(source.read().checks?.[0]).toMatchObject({ status: "ok" });
	});

	test("stopped, hands over the line that has no end", async () => {
		const path = join(await folder(), "a.log");
		await writeFile(path, "whole\nno end");
		const source = new LogSource(path, { fromStart: true, pollMs: 10 });
		const lines = listen(source);
		await until(() => lines.length === 1, "the whole line");
		await source.stop();
		expect(lines.map(({ message }) => message)).toEqual(["whole", "no end"]);
	});

	test("is followed over any rotation: renamed, truncated, copied and truncated, rewritten", { timeout: 60_000 }, async () => {
		const directory = await folder();
		let files = 0;
		type Step = { append: string[] } | "rename" | "rename, later anew" | "truncate" | "copytruncate" | "look";
		const step = fc.oneof(
			{ weight: 4, arbitrary: fc.record({ append: fc.array(fc.stringMatching(/^[a-zé🐝 ]{0,90}$/u), { minLength: 1, maxLength: 5 }) }) },
			{ weight: 3, arbitrary: fc.constantFrom<Step>("rename", "rename, later anew", "truncate", "copytruncate", "look") },
		);
		await fc.assert(
			fc.asyncProperty(fc.array(step as fc.Arbitrary<Step>, { maxLength: 14 }), fc.boolean(), async (steps, endsInLine) => {
				const path = join(directory, `log-${files++}`);
				await writeFile(path, "");
				const read: string[] = [];
				let [problems, seen] = [0, 0];
				let opened = false;
				const lines = new BoundedLines(1000, (line) => read.push(line));
				const follower = new FileFollower(
					path,
					false,
					{
						begin: () => {
							opened = true;
						},
						data: (chunk) => {
							seen += chunk.length;
							lines.write(Buffer.from(chunk));
						},
						end: () => lines.end(),
						state: (problem) => {
							problems += problem === undefined ? 0 : 1;
						},
					},
					1,
				);
				follower.start();
				await until(() => opened, "the file to be open");
				// The model: every line written, in order. What is destroyed before anybody can have read it is nobody's fault, so it is waited for.
				const written: string[] = [];
				let bytes = 0;
				const caughtUp = () => until(() => seen >= bytes, `byte ${bytes} of ${JSON.stringify(steps)}`);
				const append = async (list: string[]) => {
					const own = list.map((line) => `${written.length} ${line}`);
					written.push(...own);
					const text = own.map((line) => `${line}\n`).join("");
					bytes += Buffer.byteLength(text);
					await appendFile(path, text);
				};
				try {
					for (const [i, step] of steps.entries()) {
						if (typeof step === "object") await append(step.append);
						else if (step === "look") await caughtUp();
						else if (step.startsWith("rename")) {
							// The one before may be renamed only once its reader is on the newest: two in one look is one too many.
							await caughtUp();
							await rename(path, `${path}.${i}`);
							if (step !== "rename") await new Promise((resolve) => setTimeout(resolve, 3));
							await writeFile(path, "");
							await append([`after ${step}`]);
							await caughtUp();
						} else {
							await caughtUp();
							if (step === "copytruncate") await copyFile(path, `${path}.${i}`);
							await truncate(path, 0);
							await append([step === "truncate" ? "x" : "a long line, so that the file may be as long as before at once ".repeat(3)]);
							await caughtUp();
						}
					}
					if (endsInLine) {
						await appendFile(path, "no newline");
						bytes += 10;
						written.push("no newline");
					}
					await caughtUp();
				} finally {
					await follower.stop();
				}
				lines.end();
				expect(read).toEqual(written);
				expect(problems).toBe(0);
			}),
			{ numRuns: process.env.CI ? 15 : 25, endOnFailure: true },
		);
	});
});
