/** Parameters of Prometheus' HTTP API: in the address, or in a form that is posted. What is wrong is told in the API's words. Those that are unknown are passed over, as its clients expect. */
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { boundedBody } from "../http/body.ts";

export class BadParameter extends Error {
	/** @param name of the parameter; undefined: of none alone. */
	constructor(name: string | undefined, why: string) {
		super(name === undefined ? why : `invalid parameter ${JSON.stringify(name)}: ${why}`);
	}
}

export interface Parameters {
	/** "": it is not given. */
	text(name: string): string;
	all(name: string): string[];
	/** An instant, ms since 1970; undefined: it is not given. @throws BadParameter */
	time(name: string): number | undefined;
	timeNeeded(name: string): number;
	/** ms. @throws BadParameter */
	duration(name: string): number | undefined;
	durationNeeded(name: string): number;
	/** 0: none. @throws BadParameter */
	limit(): number;
	/** A whole number; -1: it is not given. @throws BadParameter */
	count(name: string): number;
}

/** @throws ProblemError where the form is too long. */
export async function parametersOf(request: Request, { searchParams }: URL): Promise<Parameters> {
	const form = isForm(request) ? new URLSearchParams(await boundedBody(request, LIMITS.pushBytes)) : new URLSearchParams();
	const text = (name: string) => form.get(name) ?? searchParams.get(name) ?? "";
	const given =
		<Value>(read: (text: string) => Value | undefined, kind: string) =>
		(name: string): Value | undefined => {
			const words = text(name);
			if (words === "") return undefined;
			const value = read(words);
			if (value === undefined) throw new BadParameter(name, `cannot parse ${JSON.stringify(words.slice(0, 200))} to a valid ${kind}`);
			return value;
		};
	const time = given(instant, "timestamp");
	const duration = given(durationOf, "duration");
	const whole = (name: string): number | undefined => {
		const words = text(name);
		if (words === "") return undefined;
		if (!/^[+-]?\d{1,15}$/.test(words)) throw new BadParameter(name, `${JSON.stringify(words.slice(0, 200))} is no whole number`);
		return Number(words);
	};
	return {
		text,
		all: (name) => [...form.getAll(name), ...searchParams.getAll(name)],
		time,
		timeNeeded: (name) => needed(name, time(name), "timestamp"),
		duration,
		durationNeeded: (name) => needed(name, duration(name), "duration"),
		limit() {
			const limit = whole("limit") ?? 0;
			if (limit < 0) throw new BadParameter("limit", "limit must be non-negative");
			return limit;
		},
		count: (name) => whole(name) ?? -1,
	};
}

function needed(name: string, value: number | undefined, kind: string): number {
	if (value === undefined) throw new BadParameter(name, `cannot parse "" to a valid ${kind}`);
	return value;
}

const isForm = (request: Request): boolean =>
	request.method === "POST" && (request.headers.get("content-type") ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The ends of all time, as Prometheus' own clients write them. */
const ENDS = new Map([
	["-292273086-05-16T16:47:06Z", Number.MIN_SAFE_INTEGER],
	["292277025-08-18T07:12:54.999999999Z", Number.MAX_SAFE_INTEGER],
]);

/** Seconds since 1970, or RFC 3339. */
function instant(text: string): number | undefined {
	const at = NUMBER.test(text) ? Math.round(Number(text) * 1000) : (ENDS.get(text) ?? rfc3339(text));
	return at !== undefined && Number.isFinite(at) ? Math.max(Number.MIN_SAFE_INTEGER, Math.min(at, Number.MAX_SAFE_INTEGER)) : undefined;
}

function rfc3339(text: string): number | undefined {
	// A "+" that was not percent-encoded arrives as a space.
	const written = text.replace(" ", "+");
	return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(written) ? Date.parse(written) : undefined;
}

const UNITS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Seconds, or `1h30m`. */
function durationOf(text: string): number | undefined {
	if (NUMBER.test(text)) {
		const ms = Number(text) * 1000;
		return Math.abs(ms) < 2 ** 63 / 1e6 ? Math.trunc(ms) : undefined;
	}
	const parts = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
	if (!parts || text === "") return undefined;
	const ms = Object.values(UNITS).reduce((sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * unit, 0);
	return ms < 2 ** 63 / 1e6 ? ms : undefined;
}
