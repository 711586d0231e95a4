/** `/api/health`: that a dashboard answers, its version against this one's, and whatever changes answers on their way. */
import * as v from "valibot";
import { refusal, stranger, unreachable } from "../../../colony-bridge/bridge/endpoint.ts";
import { HealthAnswer } from "../../../colony-bridge/protocol/http/rest.ts";
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../../../colony-bridge/protocol/wire/version.ts";
import { VERSION } from "../../http/version.ts";
import { type Answer, type Asker, proxyNamed } from "./asking.ts";
import { type Check, fault, ok, warning } from "./check.ts";
import { clockCheck } from "./clock.ts";

const Told = v.pick(HealthAnswer, ["status", "version", "protocol"]);
/** Several answers tell the time more exactly than one. */
const TIMES = 3;

/** @returns checks, and whether it is a dashboard: a stranger is not shown the token. */
export async function healthChecks(asker: Asker): Promise<{ checks: Check[]; known: boolean }> {
	const address = asker.at("/api/health");
	const answers: Answer[] = [];
	try {
		for (let i = 0; i < TIMES; i++) answers.push(await asker.ask(address));
	} catch (error) {
		return { checks: [fault("health", unreachable(address, error), "look into the dashboard's log")], known: false };
	}
	const [first] = answers as [Answer];
	const told = v.safeParse(v.pipe(v.string(), v.parseJson(), Told), first.body);
	if (first.status !== 200 || !told.success) return { checks: [otherAnswer(address, first)], known: false };
	const { version, protocol } = told.output;
	const checks = [
		ok("health", `a dashboard answers at ${address.host}`),
		versionCheck(version, protocol),
		clockCheck(answers),
		proxyCheck(answers),
	];
	return { checks, known: true };
}

function otherAnswer(address: URL, { status, statusText, headers, body }: Answer): Check {
	const { location } = headers;
	if (status >= 300 && status < 400 && location !== undefined) {
		return fault("health", `${address.host} redirects to ${location}`, "write that address: a bridge follows no redirect");
	}
	const words = refusal(body);
	if (words) return fault("health", `the dashboard answers ${status}: ${words}`, "do as it says");
	if (status === 200)
		return fault("health", `another server is at ${address.host}: its answer is no dashboard's`, "check the address and its path");
	return fault("health", stranger(address, status, statusText), "check also the path, and that the proxy passes it on");
}

function versionCheck(version: string, protocol: number): Check {
	const name = "version";
	if (protocol < OLDEST_PROTOCOL_VERSION) {
		return fault(name, `the dashboard speaks protocol ${protocol}, which this version no longer does`, "upgrade the dashboard");
	}
	const both = `the dashboard is ${version}, this is ${VERSION}`;
	if (protocol > PROTOCOL_VERSION) return warning(name, `${both}; it speaks a newer protocol, too`, "upgrade this side when there is time");
	if (version !== VERSION) return warning(name, both, "they understand one another; upgrade the older one when there is time");
	return ok(name, both);
}

/** A dashboard's answers have all of these, on both hosts. */
const KEPT = ["x-content-type-options", "content-security-policy", "referrer-policy", "etag"];

function proxyCheck(answers: readonly Answer[]): Check {
	const name = "proxy";
	const [{ headers }] = answers as [Answer];
	const caching = headers["cache-control"] ?? "";
	const from = answers.find(
		({ headers: { age }, headers }) => Number(age ?? 0) > 0 || /\bhit\b/i.test(`${headers["x-cache"]} ${headers["cf-cache-status"]}`),
	);
	const who = proxyNamed(headers);
	if (from) return fault(name, `${who} answers from a cache: pages and bridges get old answers`, "turn caching off for this address");
	if (!/\b(no-cache|no-store)\b/.test(caching)) {
		const now = caching === "" ? "is gone" : `is now "${caching}"`;
		return warning(name, `${who} rewrites Cache-Control, which ${now}`, "pass the header on: no answer may be stored without a question");
	}
	if (headers["content-encoding"] !== undefined) {
		return warning(
			name,
			`${who} compresses (${headers["content-encoding"]}) where nobody asked for it`,
			"leave compression to the dashboard",
		);
	}
	const gone = KEPT.filter((header) => headers[header] === undefined);
	if (gone.length > 0) return warning(name, `${who} takes off headers: ${gone.join(", ")}`, "pass the dashboard's headers on");
	return ok(name, "answers come as the dashboard sends them: not stored, not compressed unasked, headers complete");
}
