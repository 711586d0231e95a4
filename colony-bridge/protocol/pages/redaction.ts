/**
 * A snapshot without names and without the colony's texts, for who is not to know them. Only what is listed here stays: a text of any other field
 * becomes a numbered name where it names something, and goes where it does not.
 */
import type { Snapshot } from "../query/view.ts";

/** Fields whose texts are the dashboard's own words. Names of metrics stay: they say what a number is. */
const OWN = new Set([
	"kind@cluster",
	"status",
	"lastStatus",
	"state",
	"health",
	"level",
	"end",
	"aggregation",
	"fold",
	"action",
	"capabilities",
	"type@metrics",
	"type@names",
	"name@metrics",
	"name@names",
	"id@names",
	"labels@names",
]);
/** The kind of thing that a text of this field names. */
const NAMES: Record<string, string> = {
	worker: "worker",
	workers: "worker",
	restart: "worker",
	stream: "stream",
	task: "task",
	tasks: "task",
	type: "error",
	kind: "kind",
	parent: "task",
	dependencies: "task",
	operator: "operator",
	inputs: "operator",
	subtask: "subtask",
	host: "host",
	bridge: "bridge",
	colony: "colony",
	cluster: "cluster",
	source: "source",
	name: "name",
	key: "series",
	labels: "label",
	by: "person",
	byRole: "role",
	role: "role",
	"id@workers": "worker",
	"id@streams": "stream",
	"id@checks": "check",
	"id@tasks": "task",
	"id@ended": "task",
	"id@taskStats": "name",
	"id@runTasks": "name",
	"names@tasks": "name",
	"names@workers": "worker",
};
/** Counted sentences of findings, which name nobody. */
const COUNTED =
	/^(?:\d[\d,. ]* of \d[\d,. ]* (?:workers?|checks?|streams?|targets?|bridges?) (?:failed|unhealthy|degraded|silent|down|stale)|\d+ % of tasks fail)/;
/** Kinds of events that the dashboard has itself, or that everybody has. */
const EVENTS = new Set([
	"command",
	"config",
	"damage",
	"deploy",
	"forget",
	"gap",
	"goodbye",
	"incident",
	"maintenance",
	"note",
	"restart",
	"scale",
	"silence",
	"start",
]);
/** Units that numbers are scaled by. */
const UNITS = new Set([
	"percent",
	"ratio",
	"bytes",
	"kilobytes",
	"megabytes",
	"gigabytes",
	"seconds",
	"milliseconds",
	"minutes",
	"hours",
	"celsius",
	"fahrenheit",
	"kelvin",
	"volts",
	"amperes",
	"joules",
]);
/** Numbers of rows. */
const NUMBERED = /^a?\d{1,16}$/;
const GONE = "(left out)";

const named = (field: string): string | undefined => (Object.hasOwn(NAMES, field) ? NAMES[field] : undefined);

export function withoutNames(snapshot: Snapshot): Snapshot {
	const names = new Map<string, string>();
	const counts = new Map<string, number>();
	const numbered = (what: string, text: string): string => {
		const known = names.get(`${what} ${text}`);
		if (known !== undefined) return known;
		const n = (counts.get(what) ?? 0) + 1;
		counts.set(what, n);
		names.set(`${what} ${text}`, `${what} ${n}`);
		return `${what} ${n}`;
	};
	/** Fields that are names themselves. A row's value is called after its metric and labels. */
	const fieldOf = (name: string, of: string): string => {
		if (of === "byRole") return numbered("role", name);
		const [metric = ""] = name.split("{");
		return (of === "values" || of === "stale") && metric !== name ? `${metric} ${numbered("series", name)}` : name;
	};
	const ofText = (value: string, kind: string, field: string, of: string): string => {
		// An answer says itself what it is.
		if (field === "kind" && of === "") return value;
		// Labels have any name, that of a field too.
		if (of === "labels") return numbered("label", value);
		if (field === "kind" && kind === "marks") return EVENTS.has(value) ? value : "event";
		if (field === "unit") return UNITS.has(value.replace(/\/s$/, "")) ? value : "";
		if (OWN.has(field) || OWN.has(`${field}@${kind}`)) return value;
		const what = named(`${field}@${kind}`) ?? named(`${field}@${of}`) ?? named(field);
		if (what !== undefined) return numbered(what, value);
		if (field === "id") return NUMBERED.test(value) ? value : numbered("entry", value);
		if (field === "text" && kind === "cluster") return COUNTED.exec(value)?.[0] ?? GONE;
		return GONE;
	};
	/** @param kind of the answer. @param field whose value it is. @param of the field around that. */
	const walk = (value: unknown, kind: string, field: string, of: string): unknown => {
		if (typeof value === "string") return ofText(value, kind, field, of);
		if (Array.isArray(value)) return value.map((each) => walk(each, kind, field, of));
		if (typeof value !== "object" || value === null) return value;
		const entries = Object.entries(value).flatMap(([name, each]): [string, unknown][] => {
			// Ways to other pages, and a program's instructions; a role may be called so, too.
			if (field !== "byRole" && field !== "labels" && (name === "params" || name === "runbook" || name === "html")) return [];
			return [[fieldOf(name, field), walk(each, kind, name, field)]];
		});
		return Object.fromEntries(entries);
	};
	return { ...snapshot, answers: snapshot.answers.map((answer) => walk(answer, answer.kind, "", "")) as Snapshot["answers"] };
}
