/** Credentials and CA certificates of a source. Secrets are read from files, never from an address. */

import { readFile } from "node:fs/promises";
import type { SecureContextOptions } from "node:tls";
import * as v from "valibot";
import { UsageError } from "../option-check.ts";
import { defined } from "../protocol/values/objects.ts";
import { Path } from "./definition.ts";

export const ACCESS = {
	/** A file with a bearer token. */
	tokenFile: v.optional(Path),
	basicAuth: v.optional(
		v.strictObject({ username: v.pipe(v.string(), v.regex(/^[^:]+$/, "a user's name has no colon")), passwordFile: Path }),
	),
	tls: v.optional(
		v.pipe(
			v.strictObject({
				/** Certificates of the authorities that are trusted, PEM; absent: those that Node trusts. */
				caFile: v.optional(Path),
				/** The client's own certificate and key, PEM. */
				certFile: v.optional(Path),
				keyFile: v.optional(Path),
				/** The name that the server's certificate must have; absent: the address's host. */
				serverName: v.optional(v.string()),
				/** Takes any certificate. */
				insecure: v.optional(v.boolean()),
			}),
			v.check(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), "a client needs both, certFile and keyFile"),
		),
	),
};
const Access = v.object(ACCESS);
export type Access = v.InferOutput<typeof Access>;

/**
 * The address of a source.
 * @param setting its name
 * @param where before a message: which colony of the configuration is meant
 * @throws UsageError where it is none of these schemes, has a secret in it, or two credentials beside it
 */
export function addressOf(
	{ url: text, tokenFile, basicAuth }: Access & { url: string },
	setting: string,
	where: string,
	schemes: readonly string[],
): URL {
	// `localhost:9090` parses, with a scheme of that name.
	const url = URL.canParse(text) ? new URL(text) : undefined;
	withoutSecret(
		text,
		where + setting,
		"basicAuth with username and passwordFile, or tokenFile, beside its url in a file that --config names",
	);
	if (!url || !schemes.includes(url.protocol)) {
		const allowed = schemes.map((scheme) => `${scheme}//`).join(", ");
		throw new UsageError(`invalid ${where}${setting} "${text}"; write an address that begins with ${allowed}`);
	}
	if (tokenFile !== undefined && basicAuth) throw new UsageError(`${where}${url.host} has tokenFile and basicAuth; write one of them`);
	return url;
}

/** @throws UsageError where an address has a password or a token in it */
export function withoutSecret(text: string, what: string, instead: string): void {
	if (/^[a-z+]+:\/\/[^/?#]*@/i.test(text)) {
		throw new UsageError(`${what} has a password or a token in its address, where everybody can read it; write ${instead}`);
	}
}

/** The `Authorization` header. Files are read each time: a renewed file takes effect. @throws naming the file only */
export async function authorizationOf({ tokenFile, basicAuth }: Access): Promise<string | undefined> {
	if (tokenFile !== undefined) return `Bearer ${await tokenOf(tokenFile)}`;
	if (!basicAuth) return undefined;
	const password = (await contentOf(basicAuth.passwordFile, "the password file")).toString("utf8").replace(/\r?\n$/, "");
	return `Basic ${Buffer.from(`${basicAuth.username}:${password}`).toString("base64")}`;
}

export async function tlsOf({ tls }: Access): Promise<SecureContextOptions & { servername?: string; rejectUnauthorized?: boolean }> {
	if (!tls) return {};
	const read = (file: string | undefined) => (file === undefined ? undefined : contentOf(file, "the certificate or key"));
	const [ca, cert, key] = await Promise.all([read(tls.caFile), read(tls.certFile), read(tls.keyFile)]);
	return {
		...defined({ ca, cert, key, servername: tls.serverName }),
		...(tls.insecure && { rejectUnauthorized: false }),
	};
}

/** A secret that stands alone in a file. @throws where it cannot be read or is empty, naming the file only. */
export async function tokenOf(file: string): Promise<string> {
	const token = (await contentOf(file, "the token file")).toString("utf8").trim();
	if (!/^[\x21-\x7e]+$/.test(token))
		throw new Error(`the token file ${file} must hold one line of visible ASCII characters without spaces`);
	return token;
}

function contentOf(file: string, what: string): Promise<Buffer> {
	return readFile(file).catch((error: NodeJS.ErrnoException) => {
		throw new Error(`cannot read ${what} ${file}: ${error.code ?? error.message}`);
	});
}
