/**
 * Who came through Cloudflare Access: its word is a JWT in a header of its own, signed with keys that change every few weeks. They are fetched
 * when a signature names one that is not known (RFC 7517), and kept.
 */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import * as v from "valibot";
import type { Role } from "../../colony-bridge/protocol/http/access.ts";
import type { CloudflareAccess as Settings } from "../../colony-bridge/protocol/http/config.ts";
import { ProblemError } from "../http/problem.ts";

const HEADER = "cf-access-jwt-assertion";

interface Admitted {
	name: string;
	role: Role;
	/** ms since 1970. */
	until: number;
}

const Names = v.fallback(
	v.array(
		v.union([
			v.string(),
			v.pipe(
				v.object({ name: v.optional(v.string()), email: v.optional(v.string()) }),
				v.transform((group) => group.name ?? group.email ?? ""),
			),
		]),
	),
	[],
);
/** A person has an e-mail address; a service token a `common_name`. Groups come as the identity provider has them. */
const Claims = v.object({
	exp: v.number(),
	email: v.optional(v.string()),
	common_name: v.optional(v.string()),
	groups: v.optional(Names, []),
	custom: v.optional(v.fallback(v.object({ groups: v.optional(Names, []) }), { groups: [] })),
});

export class CloudflareAccess {
	readonly #settings: Settings;
	readonly #keys: ReturnType<typeof createRemoteJWKSet>;

	constructor(settings: Settings) {
		this.#settings = settings;
		this.#keys = createRemoteJWKSet(new URL("/cdn-cgi/access/certs", settings.team), { cooldownDuration: 10_000 });
	}

	/** @returns undefined where the request did not come through Access. @throws ProblemError where its word is not good, or gives no role. */
	async admit(request: Request): Promise<Admitted | undefined> {
		const assertion = request.headers.get(HEADER);
		if (assertion === null) return undefined;
		const claims = v.safeParse(Claims, await this.#verify(assertion));
		if (!claims.success) throw new ProblemError("unauthorized", "the token of Cloudflare Access names no user: sign in there again");
		const { email, common_name: service, groups, custom, exp } = claims.output;
		const name = email ?? service;
		if (!name) throw new ProblemError("unauthorized", "the token of Cloudflare Access names no user: sign in there again");
		const role = this.#roleOf([name.toLowerCase(), ...groups, ...(custom?.groups ?? [])]);
		if (!role)
			throw new ProblemError(
				"forbidden",
				`${name.slice(0, 200)} has no role on this dashboard: an operator adds one to cloudflareAccess.roles`,
			);
		return { name, role, until: exp * 1000 };
	}

	async #verify(assertion: string): Promise<JWTPayload> {
		const { team, audience } = this.#settings;
		try {
			const { payload } = await jwtVerify(assertion, this.#keys, {
				issuer: team,
				audience,
				algorithms: ["RS256", "ES256"],
				requiredClaims: ["exp", "iss", "aud"],
				clockTolerance: 30,
			});
			return payload;
		} catch (error) {
			// Ours or the network's fault, not the caller's: their keys cannot be had.
			const unreachable =
				error instanceof errors.JWKSTimeout || error instanceof TypeError || (error as { code?: string }).code === "ERR_JOSE_GENERIC";
			if (unreachable) console.error("the keys of Cloudflare Access cannot be fetched:", error);
			throw new ProblemError("unauthorized", "the token of Cloudflare Access is not valid for this dashboard: sign in there again");
		}
	}

	#roleOf(names: readonly string[]): Role | undefined {
		const roles = Object.entries(this.#settings.roles)
			.filter(([who]) =>
				names.some((name) =>
					who.startsWith("*@") ? name.endsWith(who.slice(1).toLowerCase()) : name === who || name === who.toLowerCase(),
				),
			)
			.map(([, role]) => role);
		return roles.includes("operator") ? "operator" : roles[0];
	}
}
