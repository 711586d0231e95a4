/** Annotations as the cluster keeps them: after a restart, past their bounds, and in the past. */
import { beforeEach, expect, test } from "vitest";
import type { AnnotationRequest } from "../../colony-bridge/protocol/query/annotation.ts";
import { wholly } from "../../durable/work/work.ts";
import { hello, Rig } from "./cluster-rig.ts";

let rig: Rig;
beforeEach(() => {
	rig = new Rig();
	rig.push(hello(), { type: "state", seq: 1, at: rig.now, workers: { set: [{ id: "a", status: "busy" }] } });
});

const ANN = { name: "ann", role: "viewer", via: "session", address: "" } as const;
const CI = { name: "ci", role: "viewer", via: "token", address: "" } as const;
const write = (request: Partial<AnnotationRequest>, actor: typeof ANN | typeof CI = ANN) =>
	rig.cluster.control.annotate({ request: { text: "x", kind: "note", ...request }, actor });
/** As often as one author may. */
const later = (request: Partial<AnnotationRequest>, actor?: typeof ANN | typeof CI) => {
	rig.now += 3 * 60_000;
	return write(request, actor);
};
const texts = (at?: number) => {
	const [answer] = wholly(rig.cluster.reader.view([{ kind: "annotations", limit: 500 }], false, at)).answers;
	return answer?.kind === "annotations" ? answer.rows.map(({ text }) => text) : [];
};

test("they outlive a restart, and what was changed and deleted stays so", () => {
	write({ text: "one" });
	const two = write({ text: "two" });
	const three = write({ text: "three" });
	if (two.type === "refused" || three.type === "refused") throw new Error("refused");
	rig.cluster.control.annotate({ id: two.annotation?.id ?? "", actor: ANN });
	rig.cluster.control.annotate({ id: three.annotation?.id ?? "", request: { text: "3", kind: "note" }, actor: ANN });
	expect(texts().sort()).toEqual(["3", "one"]);
	rig.restart();
	expect(texts().sort()).toEqual(["3", "one"]);
	expect(rig.ask<"marks">({ kind: "marks", limit: 500 }).rows.filter(({ written }) => written)).toHaveLength(2);
});

test("a program that writes without end loses its own oldest, and takes no place of people", () => {
	write({ text: "of ann" });
	for (let i = 0; i < 150; i++) later({ text: `deploy ${i}`, kind: "deploy" }, CI);
	const all = texts();
	expect(all).toHaveLength(101);
	expect(all).toContain("of ann");
	expect(all).toContain("deploy 149");
	expect(all).not.toContain("deploy 49");
});

test("past 500 in all one that would take another's place is refused", () => {
	for (let person = 0; person < 5; person++) {
		const actor = { ...ANN, name: `person ${person}` } as unknown as typeof ANN;
		for (let i = 0; i < 100; i++) later({ text: `${person} ${i}` }, actor);
	}
	expect(write({ text: "one more" }, CI)).toMatchObject({ type: "refused", kind: "limit" });
	expect(texts()).toHaveLength(500);
});

test("of a worker: those about it and about the cluster; a token and a user of one name are two authors", () => {
	const other = write({ text: "about b", worker: "b" });
	write({ text: "about a", worker: "a" });
	write({ text: "about all" });
	const marks = rig.ask<"marks">({ kind: "marks", limit: 10, worker: "a" }).rows.map(({ text }) => text);
	expect(marks.sort()).toEqual(["about a", "about all"]);
	if (other.type === "refused") throw new Error("refused");
	const impostor = { ...CI, name: "ann" } as unknown as typeof CI;
	expect(rig.cluster.control.annotate({ id: other.annotation?.id ?? "", actor: impostor })).toMatchObject({ kind: "forbidden" });
});

test("a look at the past has those of today about the time before it", () => {
	const then = rig.now;
	rig.now += 60_000;
	rig.push(hello(), { type: "state", seq: 2, at: rig.now, workers: { set: [{ id: "a", status: "failed" }] } });
	expect(texts(then)).toEqual([]);
	write({ text: "it began here", at: then - 5 });
	write({ text: "noticed" });
	expect(texts(then)).toEqual(["it began here"]);
	expect(texts().sort()).toEqual(["it began here", "noticed"]);
});

test("one author writes 60 at once and one each three minutes after that, and a change that changes nothing is none", () => {
	const first = write({ text: "0" });
	if (first.type === "refused" || !first.annotation) throw new Error("refused");
	const { id } = first.annotation;
	const position = rig.position;
	for (let i = 0; i < 500; i++) {
		const again = rig.cluster.control.annotate({ id, request: { text: "0", kind: "note" }, actor: ANN });
		expect(again).toMatchObject({ type: "annotated", annotation: { id, text: "0" } });
	}
	expect(rig.position).toBe(position);
	for (let i = 1; i < 60; i++) expect(write({ text: `${i}` }).type).toBe("annotated");
	expect(write({ text: "one more" })).toMatchObject({ type: "refused", kind: "too-many", retryAfter: 180 });
	expect(rig.cluster.control.annotate({ id, request: { text: "x", kind: "note" }, actor: ANN })).toMatchObject({ kind: "too-many" });
	expect(write({ text: "another's" }, CI).type).toBe("annotated");
	rig.now += 3 * 60_000;
	expect(write({ text: "later" }).type).toBe("annotated");
});

test("a program that marks each worker at one instant writes one for each", () => {
	const at = rig.now - 5;
	const ids = ["a", "b", "a"]
		.map((worker) => write({ text: "deploy", kind: "deploy", at, worker }, CI))
		.map((each) => each.type === "annotated" && each.annotation?.id);
	expect(new Set(ids).size).toBe(2);
});
