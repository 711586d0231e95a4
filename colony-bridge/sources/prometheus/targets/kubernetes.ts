/** Kubernetes access of a pod: API address, CA certificate, and a token that is renewed on disk. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type ClientRequest, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import * as v from "valibot";
import { defined } from "../../../protocol/values/objects.ts";
import { describeIssues } from "../../../protocol/wire/problem.ts";
import type { Access } from "../../access.ts";
import { tlsWords } from "../../http-get.ts";
import { DiscoveredTargets, type Target, type TargetList } from "./target.ts";

const MOUNTED = "/var/run/secrets/kubernetes.io/serviceaccount";

/** @throws where this is no pod, or one without a service account. */
export async function serviceAccount(folder = MOUNTED, environment: NodeJS.ProcessEnv = process.env): Promise<KubernetesAccess> {
	const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = environment;
	const read = (name: string) =>
		readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
			throw new Error(`cannot read ${join(folder, name)}: ${error.code ?? error.message}; has this pod a service account?`);
		});
	const [token, ca, namespace] = await Promise.all([read("token"), read("ca.crt"), read("namespace")]);
	return {
		server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
		namespace: namespace.toString().trim(),
		token: token.toString().trim(),
		ca,
		insecure: false,
	};
}

/**
 * Pods that ask to be scraped: `kubernetes://NAMESPACE?selector=app%3Dhive`, every namespace with `kubernetes://*`.
 *
 * A pod asks with the annotation `prometheus.io/scrape: "true"`; `prometheus.io/port`, `/path` and `/scheme` say where.
 */
const TIMEOUT_MS = 10_000;
const MOST_BYTES = 64_000_000;
const PAGE = 500;

const Pods = v.object({
	metadata: v.object({ continue: v.optional(v.string()) }),
	items: v.array(
		v.object({
			metadata: v.object({ name: v.string(), namespace: v.string(), annotations: v.optional(v.record(v.string(), v.string()), {}) }),
			spec: v.object({
				containers: v.optional(v.array(v.object({ ports: v.optional(v.array(v.object({ containerPort: v.number() })), []) })), []),
			}),
			status: v.object({ phase: v.optional(v.string()), podIP: v.optional(v.string()) }),
		}),
	),
});
type Pod = v.InferOutput<typeof Pods>["items"][number];

interface KubernetesOptions extends Access {
	job: string;
	/** Default: `$KUBECONFIG`, else `~/.kube/config`, else the pod's own service account where this runs in one. */
	kubeconfig?: string | undefined;
	refreshMs?: number;
}

export function kubernetesTargets(url: URL, { job, kubeconfig, refreshMs, ...ofTarget }: KubernetesOptions): TargetList {
	const context = url.searchParams.get("context") ?? undefined;
	const selector = url.searchParams.get("selector") ?? undefined;
	const discover = async (): Promise<Target[]> => {
		const access = await accessOf(kubeconfig ?? process.env.KUBECONFIG, context);
		const everywhere = url.hostname === "*";
		const namespace = url.hostname || access.namespace;
		const path = everywhere ? "/api/v1/pods" : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
		const targets: Target[] = [];
		for await (const pod of pods(access, path, selector)) {
			const target = targetOf(pod, everywhere);
			if (target) targets.push({ ...target, job, ...ofTarget });
		}
		return targets;
	};
	return new DiscoveredTargets(`kubernetes ${url.hostname || "pods"}`, discover, refreshMs);
}

async function accessOf(kubeconfig: string | undefined, context: string | undefined): Promise<KubernetesAccess> {
	const own = join(homedir(), ".kube/config");
	if (kubeconfig === undefined && !existsSync(own) && process.env.KUBERNETES_SERVICE_HOST) return serviceAccount();
	return kubernetesAccess(kubeconfig ?? own, context);
}

function targetOf({ metadata, spec, status }: Pod, everywhere: boolean): Pick<Target, "url" | "instance"> | undefined {
	const annotation = (what: string) => metadata.annotations[`prometheus.io/${what}`];
	if (annotation("scrape") !== "true" || status.phase !== "Running" || !status.podIP) return undefined;
	const port = Number(annotation("port") ?? spec.containers.flatMap(({ ports }) => ports)[0]?.containerPort ?? 80);
	const scheme = annotation("scheme") === "https" ? "https" : "http";
	const host = status.podIP.includes(":") ? `[${status.podIP}]` : status.podIP;
	const path = annotation("path") ?? "/metrics";
	const at = `${scheme}://${host}:${port}${path.startsWith("/") ? path : `/${path}`}`;
	// An annotation is anybody's text: a port that is none names no place.
	if (!URL.canParse(at)) return undefined;
	return { url: new URL(at).href, instance: `${everywhere ? `${metadata.namespace}/` : ""}${metadata.name}:${port}` };
}

/** Page by page, so that a cluster of thousands of pods is never one answer. */
async function* pods(access: KubernetesAccess, path: string, selector: string | undefined): AsyncGenerator<Pod> {
	let next: string | undefined;
	do {
		const url = new URL(`${access.server}${path}`);
		url.searchParams.set("limit", String(PAGE));
		if (selector) url.searchParams.set("labelSelector", selector);
		if (next) url.searchParams.set("continue", next);
		const parsed = v.safeParse(Pods, await getJson(url, access));
		if (!parsed.success) throw new Error(`the Kubernetes API's list of pods is not as expected: ${describeIssues(parsed.issues)}`);
		yield* parsed.output.items;
		next = parsed.output.metadata.continue;
	} while (next);
}

/** `fetch` takes no certificates; `node:https` does. */
function getJson(url: URL, { token, ca, cert, key, serverName, insecure }: KubernetesAccess): Promise<unknown> {
	const headers = { accept: "application/json", ...(token && { authorization: `Bearer ${token}` }) };
	const options = { headers, ca, cert, key, rejectUnauthorized: !insecure, ...(serverName && { servername: serverName }) };
	return new Promise((resolve, reject) => {
		let request: ClientRequest | undefined;
		const fail = (words: string) => {
			request?.destroy();
			reject(new Error(`the Kubernetes API at ${url.origin} ${words}`));
		};
		const failed = (error: NodeJS.ErrnoException) => fail(tlsWords(error) ?? `cannot be reached: ${error.message || error.code}`);
		try {
			request = url.protocol === "http:" ? httpRequest(url, { headers }) : httpsRequest(url, options);
		} catch (error) {
			// A certificate or key that is none.
			return failed(error as NodeJS.ErrnoException);
		}
		request.setTimeout(TIMEOUT_MS, () => fail(`did not answer within ${TIMEOUT_MS} ms`));
		request.on("error", failed);
		request.on("response", (response) => {
			const chunks: Buffer[] = [];
			let bytes = 0;
			response.on("data", (chunk: Buffer) => {
				bytes += chunk.length;
				if (bytes > MOST_BYTES) fail(`answered with more than ${MOST_BYTES} bytes`);
				else chunks.push(chunk);
			});
			response.on("aborted", () => fail("dropped the connection"));
			response.on("end", () => {
				const { statusCode } = response;
				if (statusCode === 401) return fail("answered 401: it knows neither the client certificate nor the token");
				if (statusCode !== 200) return fail(`answered ${statusCode}: may this user list pods?`);
				try {
					resolve(JSON.parse(Buffer.concat(chunks).toString()));
				} catch {
					fail("did not answer with JSON");
				}
			});
		});
		request.end();
	});
}

/** A kubeconfig as far as reading pods needs it: the server, whom to trust, and who one is. */
const namedList = <K extends string, T extends v.GenericSchema>(key: K, schema: T) =>
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
	contexts: namedList("context", v.object({ cluster: v.string(), user: v.string(), namespace: v.optional(v.string()) })),
	clusters: namedList("cluster", Cluster),
	users: namedList("user", User),
});

interface KubernetesAccess {
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
async function kubernetesAccess(file: string, context?: string): Promise<KubernetesAccess> {
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
		throw new Error(`the kubeconfig ${file} is not valid YAML${at === undefined ? "" : ` (line ${at})`}`);
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
