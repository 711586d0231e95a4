/** Settings of the hosted dashboard: secrets and variables kept at Cloudflare. */
import * as v from "valibot";
import { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import { ClusterName } from "../../colony-bridge/protocol/wire/names.ts";
import { describeIssues } from "../../colony-bridge/protocol/wire/problem.ts";
import { HOSTED, type Limits, limitsOf } from "../../durable/cluster/limits.ts";
import type { AppOptions } from "../handler/context.ts";

const JSON_OBJECT = 'write JSON such as {"title": "Production Monitor", "theme": "light"}';
const ConfigText = v.pipe(
	v.string(),
	v.parseJson({}, JSON_OBJECT),
	v.check((given) => !Array.isArray(given), JSON_OBJECT),
	DashboardConfig,
);

const UsersText = v.pipe(
	v.string(),
	v.parseJson({}, 'write JSON such as {"ann": {"passwordHash": "..."}}'),
	DashboardConfig.entries.authUsers.wrapped,
);

const Environment = v.object({
	/** Fields of `DashboardConfig`: JSON text, or an object. */
	DASHBOARD_CONFIG: v.optional(
		v.lazy((given) => (typeof given === "string" ? ConfigText : DashboardConfig)),
		{},
	),
	/** Token of bridges. */
	BRIDGE_TOKEN: v.optional(v.string()),
	/** `authUsers` as JSON. Where it names somebody, everybody signs in. */
	AUTH_USERS: v.optional(UsersText),
	/** Signs sessions; without it the store keeps a key. */
	SESSION_KEY: v.optional(v.pipe(v.string(), v.minLength(32, "SESSION_KEY has 32 characters or more; `openssl rand -hex 32` makes one"))),
	/** Whose data the bare paths show. */
	DEFAULT_CLUSTER: v.optional(ClusterName, "default"),
});

/** @throws Error naming the variable and what is wrong with it. No value of a secret is in it. */
export function appSettings(env: object): Omit<AppOptions, "clusters" | "access" | "config"> & { config: DashboardConfig & Limits } {
	const parsed = v.safeParse(Environment, env);
	if (!parsed.success) throw new Error(describeIssues(parsed.issues));
	const { DASHBOARD_CONFIG, BRIDGE_TOKEN: token, AUTH_USERS: users, SESSION_KEY: key, DEFAULT_CLUSTER: defaultCluster } = parsed.output;
	const signIn =
		users && Object.keys(users).length > 0 ? { authEnabled: true, authUsers: { ...DASHBOARD_CONFIG.authUsers, ...users } } : {};
	const config = { ...DASHBOARD_CONFIG, ...limitsOf(DASHBOARD_CONFIG, HOSTED), ...signIn };
	const settings = { defaultCluster, ...(token && { bridgeToken: token }), ...(key && { sessionKey: key }) };
	// The address can be guessed: whoever does not say who they are may look, and not act.
	if (config.authEnabled || saysReadonly(env)) return { ...settings, config };
	return { ...settings, config: { ...config, readonly: true }, lacksSignIn: true };
}

/** True if the validated configuration declares itself who may send commands. */
function saysReadonly({ DASHBOARD_CONFIG: given = {} }: { DASHBOARD_CONFIG?: unknown }): boolean {
	const config = typeof given === "string" ? (JSON.parse(given) as object) : (given as object);
	return "readonly" in config;
}
