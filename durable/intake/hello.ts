/** The first frame of a link: who speaks, in which run, and whether that run may. */
import * as v from "valibot";
import { describeIssues } from "../../colony-bridge/protocol/problem.ts";
import { Hello } from "../../colony-bridge/protocol/up.ts";
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../../colony-bridge/protocol/version.ts";
import { type ErrorFrame, fatal, quote } from "./refusal.ts";

/** Bridges one cluster remembers: a thousand nodes with one each, and as many that were replaced within a day. */
const MOST_LINKS = 2_000;

/** Who speaks on a link, once it has said hello. */
export type Speaker = Pick<Hello, "bridge" | "epoch" | "started">;

/** The newest hello of each bridge that is known here. */
export interface Greeted {
	links: { readonly size: number; get(bridge: string): Told | undefined };
}
type Told = Omit<Hello, "type" | "protocol" | "bridge" | "sent">;

export interface Greeting {
	hello: Hello;
	/** Whether it says something new. */
	changed: boolean;
}

/** @param json what the first line of a push holds. */
export function readHello(json: unknown, state: Greeted): Greeting | ErrorFrame {
	const spoken = protocolOf(json);
	// Before the schema: a later version's hello may look different.
	if (spoken !== undefined && (spoken < OLDEST_PROTOCOL_VERSION || spoken > PROTOCOL_VERSION)) {
		const known =
			OLDEST_PROTOCOL_VERSION === PROTOCOL_VERSION
				? `version ${PROTOCOL_VERSION}`
				: `versions ${OLDEST_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}`;
		const advice = spoken > PROTOCOL_VERSION ? "update the dashboard" : "update the bridge";
		return fatal("protocol", `protocol version ${spoken} is not spoken here, ${known} is: ${advice}`);
	}
	const parsed = v.safeParse(Hello, json, { abortEarly: true });
	if (!parsed.success) return fatal("invalid", `hello: ${describeIssues(parsed.issues)}`);
	const hello = parsed.output;
	const link = state.links.get(hello.bridge);
	if (!link && state.links.size >= MOST_LINKS) {
		return fatal("limit", `bridge ${quote(hello.bridge)} is one too many: a cluster has ${MOST_LINKS} at most; give bridges stable names`);
	}
	const newer = supersededBy(hello, state);
	if (newer) return newer;
	return { hello, changed: !link || saysMore(hello, link) };
}

/** @returns the error where a later run of the same bridge has taken over, or a later process with the same frames on its disk. */
export function supersededBy({ bridge, epoch, started }: Speaker, state: Greeted): ErrorFrame | undefined {
	const link = state.links.get(bridge);
	if (!link || epoch > link.epoch) return undefined;
	const advice = "stop one, or name them differently";
	if (epoch < link.epoch) {
		return fatal("superseded", `bridge ${quote(bridge)} run ${epoch} was taken over by its later run ${link.epoch}: ${advice}`);
	}
	if (link.started === undefined || (started ?? 0) >= link.started) return undefined;
	const [ours, theirs] = [started ?? 0, link.started].map((at) => new Date(at).toISOString());
	return fatal("superseded", `bridge ${quote(bridge)} started ${ours} was taken over by the one started ${theirs}: ${advice}`);
}

function saysMore(hello: Hello, link: Told): boolean {
	return (
		hello.epoch !== link.epoch ||
		(hello.started !== undefined && hello.started !== link.started) ||
		(hello.skewMs !== undefined && hello.skewMs !== link.skewMs) ||
		hello.colony !== link.colony ||
		hello.intervalMs !== link.intervalMs ||
		hello.can.length !== link.can.length ||
		hello.can.some((each) => !link.can.includes(each))
	);
}

function protocolOf(json: unknown): number | undefined {
	const protocol = (json as { protocol?: unknown } | null)?.protocol;
	return typeof protocol === "number" ? protocol : undefined;
}
