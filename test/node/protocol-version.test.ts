import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as rest from "../../colony-bridge/protocol/http/rest.ts";
import * as record from "../../colony-bridge/protocol/http/rest-record.ts";
import { Query, ViewerFrame } from "../../colony-bridge/protocol/query/query.ts";
import { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { Layout } from "../../colony-bridge/protocol/wire/layout.ts";
import { Check, Checkpoint, LogLine, Mark, Stream, Task, TaskEnd, Worker } from "../../colony-bridge/protocol/wire/state.ts";
import { Hello, UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { OLDEST_SURFACE_VERSION, SURFACE_HEADER, SURFACE_VERSION } from "../../durable/calls/calls.ts";
import { LEASE_HEADER, RELAY_HEADER, ROLE_HEADER } from "../../durable/live/socket.ts";
import { declaredTypes } from "./declared-types.ts";
import { schemaShape } from "./schema-shape.ts";

/** The wire of this version, one hash a family of messages. */
const WIRE = {
	version: 1,
	"bridge to cluster": "6754ee33f660c1ce",
	"cluster to bridge": "eeb36b690a98a432",
	"cluster state": "0e29ee97f1b7b137",
	layout: "f314a2cc15a90498",
	"viewer to cluster": "c69b224757bbf4cc",
	"cluster to viewer": "f893167916fb1111",
	REST: "3501911505b05781",
};

const WHAT_TO_DO = `The wire has changed, and bridges, clusters and open pages of the version before are still out there.
- An optional field was added: an older reader passes over it; put the new hash into this file.
- Anything else (a wider bound too: an older reader would refuse what it lets in): raise PROTOCOL_VERSION in
  colony-bridge/protocol/wire/version.ts with a line that says what changed, raise OLDEST_PROTOCOL_VERSION if the old form is no
  longer read, then put the new version and hashes into this file. The calls of the Durable Objects carry the same data: raise
  SURFACE_VERSION in durable/calls/calls.ts, too.
- A REST answer was added: put the new hash into this file.
- Only names or types inside view.ts or rows.ts were reworded: put the new hash into this file.
- Before the first release the version stays 1: put the new hashes into this file.`;

/** What a Worker and the Durable Objects say to one another, one hash a group of calls. */
const SURFACE = {
	version: 1,
	cluster: "ba45a560be75d7f4",
	relay: "78248d1d9e59d512",
	access: "0dc89c1e60a49a76",
	upgrade: "2f7a0ea00fc41afe",
};

const WHAT_TO_DO_OF_CALLS = `The calls of the Durable Objects have changed. For minutes after a deploy a Worker of the version before calls objects of the
new one, and the reverse.
- A call or an optional argument or field was added: put the new hash into this file.
- Anything else: raise SURFACE_VERSION in durable/calls/calls.ts with a line that says what changed, raise OLDEST_SURFACE_VERSION if the
  old form is no longer answered, then put the new version and hashes into this file.
- Before the first release the version stays 1.`;

const hash = (data: unknown): string => createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);

/** What a cluster sends to a viewer is typed, not validated: its types' text, without imports, comments and layout, stands for it. */
function typesOf(path: string): string {
	const text = readFileSync(new URL(path, import.meta.url), "utf8");
	return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^import [\s\S]*?;$/gm, "").replace(/\s+/g, " ");
}

describe("the wire", () => {
	test("cannot change unnoticed", () => {
		const wire: typeof WIRE = {
			version: PROTOCOL_VERSION,
			"bridge to cluster": hash(schemaShape([Hello, UpFrame])),
			"cluster to bridge": hash(schemaShape(DownFrame)),
			"cluster state": hash(schemaShape([Worker, Task, Stream, Checkpoint, Check, LogLine, TaskEnd, Mark])),
			layout: hash(schemaShape(Layout)),
			"viewer to cluster": hash(schemaShape([ViewerFrame, Query])),
			"cluster to viewer": hash(["view", "rows", "run-rows"].map((name) => typesOf(`../../colony-bridge/protocol/query/${name}.ts`))),
			REST: hash(schemaShape(Object.entries({ ...rest, ...record }).filter(([, schema]) => typeof schema === "object"))),
		};
		expect(wire, WHAT_TO_DO).toEqual(WIRE);
	});

	test("no version is newer than the one spoken", () => {
		expect(OLDEST_PROTOCOL_VERSION).toBeLessThanOrEqual(PROTOCOL_VERSION);
		const text = readFileSync(new URL("../../colony-bridge/protocol/wire/version.ts", import.meta.url), "utf8");
		for (let version = 1; version <= PROTOCOL_VERSION; version++)
			expect(text, "one line a bump").toMatch(new RegExp(`^ \\* ${version}: `, "m"));
	});
});

describe("the calls of the Durable Objects", () => {
	/** What is pinned above. */
	const wire = /^colony-bridge\/protocol\/(wire|query)\//;
	const calls = (path: string, ...names: string[]) => hash(declaredTypes(path, names, wire));

	test("cannot change unnoticed", () => {
		const surface: typeof SURFACE = {
			version: SURFACE_VERSION,
			cluster: calls("durable/objects/cluster-object.ts", "ClusterObjectCalls"),
			access: calls("durable/objects/access-object.ts", "AccessObjectCalls"),
			relay: calls("durable/live/relays.ts", "RelayCalls", "Told"),
			upgrade: hash([
				calls("durable/live/socket.ts", "Lease", "SocketRole"),
				calls("durable/port.ts", "Listening"),
				ROLE_HEADER,
				LEASE_HEADER,
				RELAY_HEADER,
				SURFACE_HEADER,
			]),
		};
		expect(surface, WHAT_TO_DO_OF_CALLS).toEqual(SURFACE);
	});

	test("are pinned with the types they are made of", () => {
		const texts = declaredTypes("durable/objects/cluster-object.ts", ["ClusterObjectCalls"], wire).join(" ");
		for (const part of ["interface ClusterReads", "interface ExportPlace", "AuditAction = v.picklist", "interface PageData"])
			expect(texts).toContain(part);
	});

	test("no version is newer than the one spoken", () => {
		expect(OLDEST_SURFACE_VERSION).toBeLessThanOrEqual(SURFACE_VERSION);
		const text = readFileSync(new URL("../../durable/calls/calls.ts", import.meta.url), "utf8");
		for (let version = 1; version <= SURFACE_VERSION; version++)
			expect(text, "one line a bump").toMatch(new RegExp(`^ \\* ${version}: `, "m"));
	});
});

describe("the shape of a schema", () => {
	const base = v.object({ a: v.pipe(v.string(), v.maxLength(5)), b: v.optional(v.number()) });
	test.each([
		["a bound", v.object({ a: v.pipe(v.string(), v.maxLength(6)), b: v.optional(v.number()) })],
		["a field's type", v.object({ a: v.pipe(v.string(), v.maxLength(5)), b: v.optional(v.string()) })],
		["a field that must be there", v.object({ a: v.pipe(v.string(), v.maxLength(5)), b: v.number() })],
		["a default", v.object({ a: v.pipe(v.string(), v.maxLength(5)), b: v.optional(v.number(), 3) })],
		["a new field", v.object({ ...base.entries, c: v.boolean() })],
		["strictness", v.strictObject(base.entries)],
		[
			"a check",
			v.pipe(
				base,
				v.check(() => true, "some rule"),
			),
		],
		["a pattern", v.object({ a: v.pipe(v.string(), v.regex(/a/)), b: v.optional(v.number()) })],
	])("shows %s", (_, changed) => expect(schemaShape(changed)).not.toEqual(schemaShape(base)));

	test("shows neither the order of fields nor a message's words", () => {
		const same = v.object({ b: v.optional(v.number()), a: v.pipe(v.string(), v.maxLength(5, "too long")) });
		expect(JSON.stringify(schemaShape(same))).toBe(JSON.stringify(schemaShape(base)));
	});
});
