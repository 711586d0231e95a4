/** A kubeconfig as far as reading pods needs it: the server, whom to trust, and who one is. */

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { defined } from "../../../protocol/values/defined.ts";
import { describeIssues } from "../../../protocol/wire/problem.ts";

const named = <K extends string, T extends v.GenericSchema>(key: K, schema: T) =>
	v.optional(v.nullable(v.array(v.object({ name: v.string(), [key]: schema } as { name: v.StringSchema<undefined> } & Record<K, T>))), []);

const Cluster = v.object({
	server: v.pipe(v.string(), v.url()),
	"certificate-authority": v.optional(v.string()),
	"certificate-authority-data": v.optional(v.string()),
	"insecure-skip-tls-verify": v.optional(v.boolean(), false),
	"tls-server-name": v.optional(v.string()),
});
const User = v.object({
	token: v.optional(v.string()),
	tokenFile: v.optional(v.string()),
	"client-certificate": v.optional(v.string()),
	"client-certificate-data": v.optional(v.string()),
	"client-key": v.optional(v.string()),
	"client-key-data": v.optional(v.string()),
	exec: v.optional(v.unknown()),
	"auth-provider": v.optional(v.unknown()),
});
const Kubeconfig = v.object({
	"current-context": v.optional(v.string()),
	contexts: named("context", v.object({ cluster: v.string(), user: v.string(), namespace: v.optional(v.string()) })),
	clusters: named("cluster", Cluster),
	users: named("user", User),
});

export interface KubernetesAccess {
	server: string;
	/** The context's own. */
	namespace: string;
	token?: string;
	ca?: Buffer;
	cert?: Buffer;
	key?: Buffer;
	serverName?: string;
	insecure: boolean;
}

/**
 * Read anew for each listing: tokens and certificates are renewed on disk.
 * @param context absent: the file's current one
 * @throws saying what is missing, never quoting a secret
 */
export async function kubernetesAccess(file: string, context?: string): Promise<KubernetesAccess> {
	const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
		throw new Error(`cannot read the kubeconfig ${file}: ${error.code ?? error.message}`);
	});
	const parsed = v.safeParse(Kubeconfig, await readYaml(file, text));
	if (!parsed.success) throw new Error(`the kubeconfig ${file} is not valid: ${describeIssues(parsed.issues)}`);
	const config = parsed.output;
	const name = context ?? config["current-context"];
	const chosen = config.contexts?.find((entry) => entry.name === name)?.context;
	if (!chosen) throw new Error(`the kubeconfig ${file} has no context "${name ?? ""}"`);
	const cluster = config.clusters?.find((entry) => entry.name === chosen.cluster)?.cluster;
	if (!cluster) throw new Error(`the kubeconfig ${file} has no cluster "${chosen.cluster}"`);
	const user = config.users?.find((entry) => entry.name === chosen.user)?.user;
	if (!user) throw new Error(`the kubeconfig ${file} has no user "${chosen.user}"`);
	const content = (path: string | undefined, data: string | undefined) => contentOf(file, path, data);
	const [ca, cert, key] = await Promise.all([
		content(cluster["certificate-authority"], cluster["certificate-authority-data"]),
		content(user["client-certificate"], user["client-certificate-data"]),
		content(user["client-key"], user["client-key-data"]),
	]);
	const token =
		user.token ?? (user.tokenFile === undefined ? undefined : (await contentOf(file, user.tokenFile, undefined))?.toString().trim());
	if (!token && !cert && (user.exec || user["auth-provider"])) {
		throw new Error(`user "${chosen.user}" of ${file} signs in with a program; a token or a client certificate is needed here`);
	}
	return {
		server: cluster.server.replace(/\/+$/, ""),
		namespace: chosen.namespace ?? "default",
		insecure: cluster["insecure-skip-tls-verify"],
		...(token && { token }),
		...defined({ ca, cert, key, serverName: cluster["tls-server-name"] }),
	};
}

async function readYaml(file: string, text: string): Promise<unknown> {
	const { parse } = await import("yaml");
	try {
		return parse(text);
	} catch (error) {
		// The parser quotes lines, and a line may be a secret.
		const at = (error as { linePos?: [{ line: number }] }).linePos?.[0].line;
		throw new Error(`the kubeconfig ${file} is no YAML${at === undefined ? "" : ` (line ${at})`}`);
	}
}

async function contentOf(file: string, path: string | undefined, data: string | undefined): Promise<Buffer | undefined> {
	if (data !== undefined) return Buffer.from(data, "base64");
	if (path === undefined) return undefined;
	const full = resolve(dirname(file), path);
	return readFile(full).catch((error: NodeJS.ErrnoException) => {
		throw new Error(`cannot read ${full}, named in ${file}: ${error.code ?? error.message}`);
	});
}
