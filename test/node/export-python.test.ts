/** An export of hostile names and numbers, read by a parser that is not ours: Python's own of CSV and JSON. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { hello } from "./cluster-rig.ts";
import { PYTHON } from "./python-rig.ts";

const LABELS = ['=1+"2"\\,\n@x', "\r\n", '"', "+1", "-2", "\u2028é\u0000", " lead", "a,b;c\td"];
const VALUES = [1.7976931348623157e308, -5e-324, 0.1, 2 ** 53];

const PROGRAM = `
import csv, io, json, sys
told = json.load(sys.stdin)
rows = list(csv.reader(io.StringIO(told["csv"], newline=""), strict=True))
found = {}
for timestamp, name, labels, unit, value in rows[1:]:
    found.setdefault(labels, []).append(float(value))
print(json.dumps({"header": rows[0], "samples": list(found.values()), "labels": len(found)}))
`;

test("a CSV is one to Python in strict mode, every number as it was", async () => {
	const dashboard = new DashboardServer({ bridgeToken: "t" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const now = Date.now();
	const body = [
		hello(),
		{ type: "series", seq: 1, series: LABELS.map((label, id) => ({ id, name: "load", type: "gauge", labels: { label } })) },
		...VALUES.map((value, i) => ({
			type: "tick",
			seq: 2 + i,
			at: now - 4000 + i * 1000,
			ids: LABELS.map((_, id) => id),
			values: LABELS.map(() => value),
		})),
	];
	const pushed = await fetch(`${dashboard.url}/api/bridge`, {
		method: "POST",
		headers: { authorization: "Bearer t" },
		body: body.map((frame) => JSON.stringify(frame)).join("\n"),
	});
	expect(await pushed.text()).not.toContain('"error"');
	const csv = await (await fetch(`${dashboard.url}/api/export?names=load`)).text();
	await dashboard.stop();
	const said = execFileSync(PYTHON, ["-c", PROGRAM], { input: JSON.stringify({ csv }), encoding: "utf8" });
	expect(JSON.parse(said)).toEqual({
		header: ["timestamp", "name", "labels", "unit", "value"],
		labels: LABELS.length,
		samples: LABELS.map(() => VALUES),
	});
});
