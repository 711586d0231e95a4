/** Who asks: the same words in the app, in the cluster's record and in REST. */
import * as v from "valibot";
import { Duration } from "../wire/measure.ts";
import { ClusterName, WrittenInstant } from "../wire/names.ts";

/** A `viewer` looks, an `operator` may also act. */
export const Role = v.picklist(["viewer", "operator"], 'a role is "viewer" or "operator"');
export type Role = v.InferOutput<typeof Role>;

/** Authentication method of a caller. `open`: sign-in is off. `none`: a public route. */
export const Via = v.picklist(["open", "none", "session", "basic", "token", "cloudflare-access", "bridge"]);
export type Via = v.InferOutput<typeof Via>;

export const Actor = v.object({
	/** A user's or a token's name; an e-mail address by Cloudflare Access. Empty where nobody had to say one. */
	name: v.string(),
	role: Role,
	via: Via,
	/** Address of the client, where the host knows it. */
	address: v.string(),
});
export type Actor = v.InferOutput<typeof Actor>;

const Timestamp = v.pipe(v.string(), v.isoTimestamp());

/** `GET /api/session`: who the caller is to the dashboard. */
export const SessionAnswer = v.object({
	name: v.string(),
	role: Role,
	via: Via,
	/** True if the caller may send commands. */
	can_act: v.boolean(),
	/** When the session ends without further requests. */
	expires_at: v.optional(Timestamp),
});
export type SessionAnswer = v.InferOutput<typeof SessionAnswer>;

const TokenName = v.pipe(v.string(), v.trim(), v.minLength(1, "a token has a name"), v.maxLength(100));
const DAYS = "write a whole number of days, 1 to 3650";
const Days = v.optional(v.pipe(v.number(DAYS), v.integer(DAYS), v.minValue(1, DAYS), v.maxValue(3650, DAYS)));

/** A link to an incident ends after so long where nothing else is said, days. */
const INCIDENT_DAYS = 7;

/** `POST /api/tokens`. An incident is a link to one report, for who has no account. An API token reads, and acts where its role is operator; a bridge's pushes, to one cluster or to all. */
export const TokenRequest = v.variant(
	"kind",
	[
		v.strictObject({ kind: v.literal("api"), name: TokenName, role: Role, expires_in_days: Days }),
		v.strictObject({ kind: v.literal("bridge"), name: TokenName, cluster: v.optional(ClusterName), expires_in_days: Days }),
		v.strictObject({
			kind: v.literal("incident"),
			name: TokenName,
			/** Absent: the default one. */
			cluster: v.optional(ClusterName),
			/** The cluster as it stood then. */
			at: WrittenInstant,
			/** Time that its charts show, up to that instant. */
			range: v.optional(Duration, "1h"),
			/** Names are numbered, and texts of the colony left out. */
			redacted: v.optional(v.boolean(), false),
			expires_in_days: v.optional(Days, INCIDENT_DAYS),
		}),
	],
	'kind is "api", "bridge" or "incident"',
);
export type TokenRequest = v.InferOutput<typeof TokenRequest>;

export const TokenAnswer = v.object({
	id: v.string(),
	name: v.string(),
	kind: v.picklist(["api", "bridge", "incident"]),
	role: v.optional(Role),
	cluster: v.optional(v.string()),
	created_at: Timestamp,
	created_by: v.string(),
	expires_at: v.optional(Timestamp),
	/** To the hour. */
	used_at: v.optional(Timestamp),
	/** In the answer that made it, and never again. */
	token: v.optional(v.string()),
	/** The path of an incident, with the token. */
	address: v.optional(v.string()),
	/** The report that an incident shows. */
	incident: v.optional(v.object({ at: Timestamp, range: v.string(), redacted: v.boolean() })),
});
export type TokenAnswer = v.InferOutput<typeof TokenAnswer>;

/** The report that the link to an incident shows. */
export interface Incident {
	/** ms. */
	at: number;
	range: string;
	redacted: boolean;
	/** The cluster's log: another cluster of its name, begun anew, is not shown. */
	log: number;
}

/** A token as people see it: never its secret. */
export interface Token {
	id: number;
	/** For people. */
	name: string;
	kind: "api" | "bridge" | "incident";
	/** Rights of an API token. */
	role?: Role;
	/** The only cluster a bridge's token is good for; absent: all. That of an incident; absent: the default one. */
	cluster?: string;
	incident?: Incident;
	/** ms since 1970, like all instants here. */
	createdAt: number;
	createdBy: string;
	expiresAt?: number;
	/** Not to the minute: see `Tokens`. */
	usedAt?: number;
}
