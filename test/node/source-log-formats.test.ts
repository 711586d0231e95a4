/** Log formats of the field: level and instant are the line's own, wrappers are unwrapped, and no line is lost to an encoding. */
import { appendFile, mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogLine } from "../../colony-bridge/protocol/wire/state.ts";
import { BoundedLines } from "../../colony-bridge/sources/bounded-lines.ts";
import { LogSource } from "../../colony-bridge/sources/logs/log-source.ts";
import { instantOf, localZone, zoneOf } from "../../colony-bridge/sources/logs/log-time.ts";
import { cases, casesThere } from "./cases-rig.ts";
import { afterwards } from "./source-rig.ts";
import { until } from "./until.ts";

const zone = zoneOf("UTC");
const utc = (text: string) => Date.parse(`${text}Z`);

/** What a log of these bytes says. */
async function read(bytes: Uint8Array | string, pieces = 1): Promise<LogLine[]> {
	const pipe = new PassThrough();
	const source = new LogSource(pipe, { zone });
	const lines: LogLine[] = [];
	source.start((event) => void (event.type === "log" && lines.push(event as LogLine)));
	const all = Buffer.from(bytes as string);
	const size = Math.ceil(all.length / pieces);
	for (let at = 0; at < all.length; at += size) pipe.write(all.subarray(at, at + size));
	pipe.end();
	await source.ended;
	await source.stop();
	return lines.map(({ at, level, source, message }) => ({ at, level, message, ...(source !== undefined && { source }) }));
}

const AT = utc("2026-01-15T10:30:00");
const ms = (ms: number) => AT + ms;

describe("a line of", () => {
	test.each<[string, string, Partial<LogLine>]>([
		[
			"Celery",
			"[2026-01-15 10:30:00,123: ERROR/ForkPoolWorker-1] Task failed: a[b]",
			{ at: ms(123), level: "ERROR", source: "ForkPoolWorker-1", message: "Task failed: a[b]" },
		],
		[
			"loguru",
			"2026-01-15 10:30:00.123 | SUCCESS  | hive.queen:lay:42 - a - b",
			{ at: ms(123), level: "INFO", source: "hive.queen", message: "a - b" },
		],
		[
			"loguru, of a script",
			"2026-01-15 10:30:00.123 | WARNING  | __main__:<module>:7 - low",
			{ at: ms(123), level: "WARNING", source: "__main__", message: "low" },
		],
		[
			"Airflow",
			"[2026-01-15T11:30:00.123+0100] {taskinstance.py:1332} INFO - Executing",
			{ at: ms(123), level: "INFO", source: "taskinstance.py:1332", message: "Executing" },
		],
		[
			"gunicorn",
			"[2026-01-15 12:30:00 +0200] [1234] [CRITICAL] WORKER TIMEOUT (pid:7)",
			{ at: AT, level: "CRITICAL", message: "WORKER TIMEOUT (pid:7)" },
		],
		["uvicorn", 'INFO:     127.0.0.1:5 - "GET / HTTP/1.1" 200 OK', { level: "INFO", message: '127.0.0.1:5 - "GET / HTTP/1.1" 200 OK' }],
		[
			"an access log",
			'10.0.0.1 - ann [15/Jan/2026:11:30:00 +0100] "GET / HTTP/1.1" 500 7 "-" "curl"',
			{ at: AT, level: "INFO", message: expect.stringContaining("500 7") },
		],
		[
			"Ray",
			"2026-01-15 10:30:00,123 ERROR worker.py:1724 -- Lost",
			{ at: ms(123), level: "ERROR", source: "worker.py:1724", message: "Lost" },
		],
		["Spark", "26/01/15 10:30:00 WARN SparkContext: slow", { at: AT, level: "WARNING", source: "SparkContext", message: "slow" }],
		[
			"log4j",
			"2026-01-15 10:30:00,123 WARN  [main] org.hive.Queen - low: x",
			{ at: ms(123), level: "WARNING", source: "org.hive.Queen", message: "low: x" },
		],
		[
			"logback",
			"2026-01-15 10:30:00.123 [main] ERROR org.hive.Queen - low",
			{ at: ms(123), level: "ERROR", source: "org.hive.Queen", message: "low" },
		],
		["nginx", "2026/01/15 10:30:00 [error] 7#7: *1 open() failed", { at: AT, level: "ERROR", message: "7#7: *1 open() failed" }],
		["logfmt", 'time="2026-01-15T10:30:00Z" level=warning msg="low nectar"', { at: AT, level: "WARNING", message: 'msg="low nectar"' }],
		["Python without a name", "2026-01-15 10:30:00,123 - ERROR - it - broke", { at: ms(123), level: "ERROR", message: "it - broke" }],
		["nobody's format, with an instant", "2026-01-15 10:30:00,123 started", { at: ms(123), level: "INFO", message: "started" }],
		[
			"a terminal",
			"\u001b[2m2026-01-15 10:30:00\u001b[0m \u001b[33;1mWARNING\u001b[0m \u001b]8;;http://x\u0007low\u001b]8;;\u0007",
			{ at: AT, level: "WARNING", message: "low" },
		],
		["nanoseconds", "2026-01-15T10:30:00.123456789Z INFO x", { at: ms(123), message: "x" }],
		["no such day", "2026-02-31 10:30:00 ERROR x", { level: "ERROR", message: "x" }],
		[
			"Airflow's JSON",
			'{"asctime": "2026-01-15 10:30:00,620", "levelname": "ERROR", "message": "no nectar"}',
			{ at: ms(620), level: "ERROR", message: "no nectar" },
		],
		[
			"structlog",
			'{"event": "no nectar", "level": "warning", "timestamp": "2026-01-15T10:30:00.5Z", "logger": "q"}',
			{ at: ms(500), level: "WARNING", source: "q", message: "no nectar" },
		],
		[
			"ECS",
			'{"@timestamp":"2026-01-15T10:30:00.123Z","log.level":"ERROR","message":"no","log.logger":"q","error.stack_trace":"T:\\n x"}',
			{ at: ms(123), level: "ERROR", source: "q", message: "no\nT:\n x" },
		],
		[
			"ECS, nested",
			'{"@timestamp":"2026-01-15T10:30:00Z","log":{"level":"warn","logger":"q"},"message":"no","error":{"stack_trace":"T"}}',
			{ at: AT, level: "WARNING", source: "q", message: "no\nT" },
		],
		[
			"pino",
			'{"level":50,"time":1768473000000,"pid":7,"hostname":"h","msg":"no"}',
			{ at: AT, level: "ERROR", message: "no | pid=7 hostname=h" },
		],
		[
			"loguru's JSON",
			'{"text": "all", "record": {"level": {"name": "ERROR", "no": 40}, "message": "no", "name": "q", "time": {"repr": "x", "timestamp": 1768473000.5}, "exception": null}}',
			{ at: ms(500), level: "ERROR", source: "q", message: "no" },
		],
		[
			"Docker",
			'{"log":"2026-01-15 10:30:00,123 - queen - ERROR - no\\n","stream":"stderr","time":"2026-01-15T10:30:07Z"}',
			{ at: ms(123), level: "ERROR", source: "queen", message: "no" },
		],
		[
			"Docker, of nobody's format",
			'{"log":"plain\\r\\n","stream":"stdout","time":"2026-01-15T10:30:00.5Z"}',
			{ at: ms(500), level: "INFO", message: "plain" },
		],
		["containerd", '2026-01-15T10:30:00.5Z stderr F {"level": "error", "msg": "no"}', { at: ms(500), level: "ERROR", message: "no" }],
	])("%s has its level and instant", async (_, text, line) => {
		expect(await read(`${text}\n`)).toEqual([expect.objectContaining(line)]);
	});

	test("klog and syslog has no year: that of now", async () => {
		const now = new Date();
		const [day, month] = [String(now.getUTCDate()).padStart(2, "0"), String(now.getUTCMonth() + 1).padStart(2, "0")];
		const name = now.toUTCString().slice(8, 11);
		const at = utc(`${now.getUTCFullYear()}-${month}-${day}T00:00:01`);
		expect(await read(`W${month}${day} 00:00:01.000000    1 queen.go:42] low\n${name} ${day} 00:00:01 host cron[7]: ran\n`)).toEqual([
			{ at, level: "WARNING", source: "queen.go:42", message: "low" },
			{ at, level: "INFO", message: "host cron[7]: ran" },
		]);
	});

	test("a container runtime that cut a long one is whole again, and so are tracebacks", async () => {
		const docker = (log: string) => JSON.stringify({ log, stream: "stderr", time: "2026-01-15T10:30:00Z" });
		expect(
			await read(
				[
					docker("2026-01-15 10:30:00 ERROR be"),
					docker("gun\n"),
					docker("Traceback (most recent call last):\n"),
					docker("  File\n"),
					docker("E: x\n"),
				].join("\n"),
			),
		).toEqual([{ at: AT, level: "ERROR", message: "begun\nTraceback (most recent call last):\n  File\nE: x" }]);
		const cri = (mark: string, text: string) => `2026-01-15T10:30:00Z stdout ${mark} ${text}`;
		expect(await read([cri("P", "ERR"), cri("F", "OR: whole"), cri("P", "left")].join("\n"))).toMatchObject([
			{ level: "ERROR", message: "whole\nleft" },
		]);
	});
});

describe("a zone", () => {
	test.each([
		["UTC", "2026-07-01 12:00:00", "2026-07-01T12:00:00"],
		["+05:30", "2026-07-01 12:00:00,250", "2026-07-01T06:30:00.250"],
		["Europe/Berlin", "2026-07-01 12:00:00", "2026-07-01T10:00:00"],
		["Europe/Berlin", "2026-01-01 12:00:00", "2026-01-01T11:00:00"],
		["America/St_Johns", "2026-03-08 01:59:59", "2026-03-08T05:29:59"],
		["America/St_Johns", "2026-03-08 03:00:00", "2026-03-08T05:30:00"],
		["Asia/Kathmandu", "2026-01-01 00:00:00", "2025-12-31T18:15:00"],
		// What says its own zone is not asked for another.
		["Asia/Kathmandu", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00"],
	])("%s: %s", (name, text, instant) => expect(instantOf(text, zoneOf(name), 0)).toBe(utc(instant)));

	test("nobody has is refused, this machine's is the one without a name", () => {
		expect(() => zoneOf("Mars/Olympus")).toThrow(RangeError);
		expect(instantOf("2026-07-01 12:00:00", localZone, 0)).toBe(new Date(2026, 6, 1, 12).getTime());
	});
});

describe("bytes", () => {
	test("of other encodings are text: UTF-16 from its mark on, Windows-1252 by the line", async () => {
		expect(await read(Buffer.from([...Buffer.from("ERROR: Gr"), 0xf6, 0xdf, ...Buffer.from("e\nERROR: Größe\n")]))).toMatchObject([
			{ message: "Größe" },
			{ message: "Größe" },
		]);
		const file = join(await mkdtemp(join(tmpdir(), "hive-logs-")), "wide.log");
		afterwards(() => rm(file));
		const wide = Buffer.from("\uFEFFERROR: Größe 上一 \u0a0a\r\nWARNING: two\r\n", "utf16le");
		for (const bytes of [wide, Buffer.from(wide).swap16()]) {
			await writeFile(file, bytes.subarray(0, 31));
			const source = new LogSource(file, { fromStart: true, pollMs: 5 });
			const lines: string[] = [];
			source.start((event) => void (event.type === "log" && lines.push(`${event.level} ${event.message}`)));
			await appendFile(file, bytes.subarray(31));
			await until(() => lines.length === 1, "the first line");
			await source.stop();
			expect(lines).toEqual(["ERROR Größe 上一 \u0a0a", "WARNING two"]);
			// From its end, and from where it was left.
			const later = new LogSource(file, { pollMs: 5 });
			later.resume(source.position());
			const more: string[] = [];
			later.start((event) => void (event.type === "log" && more.push(event.message)));
			const next = Buffer.from("ERROR: three\r\n", "utf16le");
			await appendFile(file, bytes === wide ? next : next.swap16());
			await until(() => more.length === 1, "the third line");
			await later.stop();
			expect(more).toEqual(["three"]);
		}
	});

	test("whatever lines there are and however they are cut, NULs before a line take nothing with them and each is counted", () => {
		const line = fc.string({ unit: fc.constantFrom("a", "é", "\r", " ", "上", "🐝"), maxLength: 12 });
		fc.assert(
			fc.property(fc.array(fc.record({ line, nulls: fc.nat(9) }), { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), (given, size) => {
				const bytes = Buffer.from(given.map(({ line, nulls }) => `${"\0".repeat(nulls)}${line}\n`).join(""));
				const found: [string, number][] = [];
				const lines = new BoundedLines(1000, (text, through) => found.push([text, through]));
				for (let at = 0; at < bytes.length; at += size) lines.write(bytes.subarray(at, at + size));
				lines.end();
				let through = 0;
				const expected = given.map(({ line, nulls }): [string, number] => {
					through += nulls + Buffer.byteLength(line) + 1;
					return [line.replace(/\r$/, ""), through];
				});
				expect(found).toEqual(expected);
			}),
		);
	});

	test("of a file cut short under a writer that does not append: no line is lost behind the NULs", async () => {
		const folder = await mkdtemp(join(tmpdir(), "hive-logs-"));
		afterwards(() => rm(folder, { recursive: true }));
		const file = join(folder, "colony.log");
		const writer = await open(file, "w");
		const source = new LogSource(file, { fromStart: true, pollMs: 5, zone });
		const lines: string[] = [];
		source.start((event) => void (event.type === "log" && lines.push(event.message.slice(0, 6))));
		for (let i = 0; i < 40; i++) {
			await writer.write(`2026-01-15 10:30:00,000 - queen - INFO - ${String(i).padStart(6, "0")} ${"x".repeat(4000)}\n`);
			if (i !== 20) continue;
			await until(() => lines.length >= 20, "the lines before");
			await truncate(file, 0);
		}
		await writer.close();
		await until(() => lines.at(-1) === "000039" || lines.length > 41, "the last line");
		await source.stop();
		expect(lines).toEqual(Array.from({ length: 40 }, (_, i) => String(i).padStart(6, "0")));
	});
});

describe.skipIf(!casesThere)("the inputs that the trade meets", () => {
	test.each<[string, Partial<LogLine>[]]>([
		[
			"celery_worker",
			[
				{ at: ms(123), level: "INFO", source: "MainProcess", message: "Task tasks.add[c0ffee] received" },
				{
					at: ms(456),
					level: "ERROR",
					source: "ForkPoolWorker-1",
					message: expect.stringMatching(/^Task.*\nTraceback.*\nValueError: no nectar$/s),
				},
			],
		],
		[
			"loguru",
			[
				{ at: ms(123), level: "ERROR" },
				{ at: ms(124), level: "WARNING", message: "low nectar" },
			],
		],
		["airflow_json_asctime", [{ at: ms(620), level: "ERROR" }]],
		["docker_json_file", [{ at: ms(123), level: "ERROR", source: "queen", message: "no nectar" }]],
		["latin1", [{ at: ms(123), level: "ERROR", message: "Größe fehlt" }]],
		[
			"ansi_levels",
			[
				{ level: "ERROR", source: "queen", message: "no nectar" },
				{ at: AT, level: "WARNING", message: "low nectar" },
			],
		],
	])("%s is read with its levels and instants", async (name, lines) => {
		expect(await read(await readFile(cases(`logs/${name}.log`)), 3)).toMatchObject(lines);
	});
});
