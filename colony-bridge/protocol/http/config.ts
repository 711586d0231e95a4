import * as v from "valibot";
import { recordOf } from "../wire/record.ts";
import { Role } from "./access.ts";

export const Theme = v.picklist(["dark", "light"], 'theme is "dark" or "light"');
export type Theme = v.InferOutput<typeof Theme>;

/** `system`: as the reader's own system has it. */
const ThemeOrSystem = v.picklist([...Theme.options, "system"], 'theme is "dark", "light" or "system"');
export type ThemeOrSystem = v.InferOutput<typeof ThemeOrSystem>;

export const StrictTransport = v.picklist(["off", "host", "subdomains"], 'strictTransport is "off", "host" or "subdomains"');
export type StrictTransport = v.InferOutput<typeof StrictTransport>;

const StyleOrImage = v.pipe(
	v.string(),
	v.check(
		(text) => /^\/(?![/\\])/.test(text) || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)),
		"write a whole http(s) URL, or a path that starts with one /",
	),
);

const UserName = v.pipe(
	v.string(),
	v.regex(/^[^\p{Cc}:]{1,100}$/u, "a user name has 1 to 100 characters, no colon and no control character"),
);
const Password = v.pipe(v.string("a password is text"), v.minLength(1, "a password is not empty"), v.maxLength(1000));

/**
 * A hash of scrypt in the PHC string format, salt (16 bytes) and hash (32) in base64 without padding. Its parameters are one of the settings
 * that OWASP's Password Storage Cheat Sheet calls equal, but for the one that takes 128 MB, which is all that a Durable Object has.
 */
export const PASSWORD_HASH =
	/^\$scrypt\$(?<cost>ln=(?:13,r=8,p=10|14,r=8,p=5|15,r=8,p=3|16,r=8,p=2))\$(?<salt>[A-Za-z0-9+/]{21}[AQgw])\$(?<hash>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048])$/;

const PasswordHashText = v.pipe(
	v.string(),
	v.regex(PASSWORD_HASH, "this is not a supported hash: make one with `hiveframe-dashboard hash`"),
);

/** A password, or who may do what with which. A bare password is an operator's, but for a user named `viewer`. */
const AuthUser = v.union(
	[
		Password,
		v.strictObject({ password: Password, role: v.optional(Role) }),
		v.strictObject({ passwordHash: PasswordHashText, role: v.optional(Role) }),
	],
	'a password is text, or {password, role} or {passwordHash, role}, where a role is "viewer" or "operator"',
);
export type AuthUser = v.InferOutput<typeof AuthUser>;

/** Sign-in by Cloudflare Access, which stands before the dashboard and sends a signed word on who came through. */
const CloudflareAccess = v.strictObject({
	/** Whose word: `https://YOUR-TEAM.cloudflareaccess.com`. */
	team: v.pipe(
		v.string(),
		v.check((text) => URL.canParse(text) && new URL(text).origin === text, "write https://YOUR-TEAM.cloudflareaccess.com"),
	),
	/** The application's audience tag. */
	audience: v.pipe(v.string(), v.minLength(1)),
	/** By e-mail address (`ann@example.com`, `*@example.com`) or group. Who has several gets the greatest; who has none is not let in. */
	roles: recordOf(v.pipe(v.string(), v.minLength(1)), Role),
});
export type CloudflareAccess = v.InferOutput<typeof CloudflareAccess>;

const wholeMegabytes = (memoryMb: number): boolean => Number.isInteger(memoryMb) && memoryMb >= 16;

const knownAtLeastActive = ({ activeSeries, knownSeries }: { activeSeries?: number; knownSeries?: number }): boolean =>
	activeSeries === undefined || knownSeries === undefined || knownSeries >= activeSeries;

const ConfigFields = v.strictObject({
	/** Browser title. */
	title: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200)), "HiveFrame Dashboard"),
	theme: v.optional(ThemeOrSystem, "system"),
	/** Polling interval of a page without a socket, ms. */
	refreshIntervalMs: v.optional(
		v.pipe(v.number(), v.integer(), v.minValue(250, "refreshIntervalMs is at least 250 ms"), v.maxValue(3_600_000)),
		5000,
	),
	/** Everybody has to sign in. */
	authEnabled: v.optional(v.boolean(), false),
	/** Users, by name. */
	authUsers: v.optional(recordOf(UserName, AuthUser, "write {user: password}")),
	/** People whom Cloudflare Access has let through. */
	cloudflareAccess: v.optional(CloudflareAccess),
	/** Hosts the dashboard answers for, as in its URL: `dash.example.com`; `*.example.com` allows all below. Absent: any. */
	allowedHosts: v.optional(v.array(v.pipe(v.string(), v.regex(/^(\*\.)?[A-Za-z0-9.:[\]-]+$/, "write a host, such as dash.example.com")))),
	/** Origins whose pages may read the API with a token: `https://tools.example.com`. */
	corsOrigins: v.optional(
		v.array(
			v.pipe(
				v.string(),
				v.check((text) => URL.canParse(text) && new URL(text).origin === text, "write an origin, such as https://tools.example.com"),
			),
		),
	),
	/** Requests one client may make in a minute, a third of them at once. */
	requestsPerMinute: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
	/** Sockets one client may have open at a cluster. */
	socketsPerClient: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
	/** Series of a cluster that may have samples at a time; past it new ones are left out. */
	activeSeries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
	/** Active and stale series of a cluster: at nine tenths of it the longest stale ones are forgotten. */
	knownSeries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2_000_000))),
	/**
	 * Memory that the clusters of a process take together, on Cloudflare those of an isolate, by their own estimate, MB: as it fills up caches go,
	 * then new series are refused.
	 */
	memoryMb: v.optional(v.pipe(v.number(), v.check(wholeMegabytes, "takes a whole number of MB from 16"), v.maxValue(1_000_000))),
	/** Clusters there may be: each begins with the first push to its name. */
	maxClusters: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000))),
	/** Viewers that the Durable Object of a cluster takes itself, and each relay: past it there is another relay. */
	viewersPerObject: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
	/** PromQL has the functions and syntax that a Prometheus has behind its experimental flags. */
	experimentalPromql: v.optional(v.boolean()),
	/** HSTS: tells browsers to use https only, for this host or its subdomains too. */
	strictTransport: v.optional(StrictTransport),
	/** No controls. */
	readonly: v.optional(v.boolean(), false),
	/** URL of a stylesheet loaded after ours. */
	customCss: v.optional(StyleOrImage),
	/** URL of a logo shown instead of ours. */
	logoUrl: v.optional(StyleOrImage),
});

/** Appearance and behaviour of a dashboard. */
export const DashboardConfig = v.pipe(
	ConfigFields,
	v.forward(
		v.partialCheck(
			[["activeSeries"], ["knownSeries"]],
			knownAtLeastActive,
			"the number is below activeSeries: each active series is a known one; raise knownSeries, or lower activeSeries",
		),
		["knownSeries"],
	),
);
export type DashboardConfig = v.InferOutput<typeof DashboardConfig>;
/** Input type: every field is optional. */
export type DashboardConfigInput = v.InferInput<typeof DashboardConfig>;
