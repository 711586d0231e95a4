/** The Kubernetes API over TLS, as clusters have it: an authority of their own, and clients known by a certificate or a token. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Access } from "../../colony-bridge/sources/access.ts";
import { PrometheusSource } from "../../colony-bridge/sources/prometheus/prometheus-source.ts";
import { kubernetesTargets } from "../../colony-bridge/sources/prometheus/targets/kubernetes.ts";
import { staticTarget } from "../../colony-bridge/sources/prometheus/targets/target.ts";
import { Authority, base64, type Certificate, noOpenssl } from "./certificates.ts";

if (noOpenssl) console.warn(`the Kubernetes API over TLS is not tested: ${noOpenssl}`);

describe.skipIf(noOpenssl)("the Kubernetes API over TLS", () => {
	let folder: string;
	let authority: Authority;
	let stranger: Authority;
	let client: Certificate;
	/** At 127.0.0.1; `named` has a certificate for another name, and asks for a client's. */
	let api: Server;
	let named: Server;
	/** Who asked: the client certificate's name, or the token. */
	let asked: string[];

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "hive-tls-"));
		authority = Authority.make(folder, "authority");
		stranger = Authority.make(folder, "stranger");
		client = await authority.sign("hive-bridge");
		api = await serve(await authority.sign("server", "IP:127.0.0.1"), false);
		named = await serve(await authority.sign("named", "DNS:kubernetes.test"), true);
	});
	beforeEach(() => {
		asked = [];
	});
	afterAll(async () => {
		for (const server of [api, named]) {
			server?.closeAllConnections();
			server?.close();
		}
		await rm(folder, { recursive: true, force: true });
	});

	async function serve({ cert, key }: Certificate, requestCert: boolean): Promise<Server> {
		const [own, secret, ca] = await Promise.all([cert, key, authority.cert].map((file) => readFile(file)));
		const server = createServer({ cert: own, key: secret, ca, requestCert, rejectUnauthorized: false }, (request, response) => {
			const socket = request.socket as TLSSocket;
			// As the Kubernetes API does it: whoever it does not know is answered, with 401.
			if (requestCert && !socket.authorized) return response.writeHead(401).end();
			asked.push(String(socket.getPeerCertificate()?.subject?.CN ?? request.headers.authorization));
			response.end(JSON.stringify({ metadata: {}, items: [] }));
		});
		server.on("tlsClientError", () => {});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		return server;
	}

	/** The check of a listing with this kubeconfig. */
	async function check(server: Server, cluster: object, user: object): Promise<{ status: string; message?: string }> {
		const kubeconfig = join(folder, "config");
		const { port } = server.address() as AddressInfo;
		const config = {
			"current-context": "c",
			contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
			clusters: [{ name: "k", cluster: { server: `https://127.0.0.1:${port}`, ...cluster } }],
			users: [{ name: "u", user }],
		};
		// JSON is YAML.
		await writeFile(kubeconfig, JSON.stringify(config));
		const source = new PrometheusSource([kubernetesTargets(new URL("kubernetes:"), { job: "k8s", kubeconfig })], { intervalMs: 1000 });
		return (await source.read()).checks?.[0] as { status: string; message?: string };
	}

	/** There are no pods. */
	const LISTED = { status: "warning", message: "no targets were found" };
	const trust = () => ({ "certificate-authority": "authority.crt" });
	const files = () => ({ "client-certificate": "hive-bridge.crt", "client-key": client.key });

	test("a client certificate from files and an authority from a file, under the name the certificate has", async () => {
		const cluster = { ...trust(), "tls-server-name": "kubernetes.test" };
		expect(await check(named, cluster, files())).toMatchObject(LISTED);
		expect(asked).toEqual(["hive-bridge"]);
	});

	test("a client certificate and an authority inside the kubeconfig", async () => {
		const cluster = { "certificate-authority-data": await base64(authority.cert), "tls-server-name": "kubernetes.test" };
		const user = { "client-certificate-data": await base64(client.cert), "client-key-data": await base64(client.key) };
		expect(await check(named, cluster, user)).toMatchObject(LISTED);
		expect(asked).toEqual(["hive-bridge"]);
	});

	test("a token, and one that is renewed in its file", async () => {
		expect(await check(api, trust(), { token: "sesame" })).toMatchObject(LISTED);
		await writeFile(join(folder, "token"), "renewed\n");
		expect(await check(api, trust(), { tokenFile: "token" })).toMatchObject(LISTED);
		expect(asked).toEqual(["Bearer sesame", "Bearer renewed"]);
	});

	test("other certificates are not trusted, and the token is not sent elsewhere", async () => {
		const wrong = { "certificate-authority-data": await base64(stranger.cert) };
		const failed = /^the Kubernetes API at https:\/\/127\.0\.0\.1:\d+ has a certificate that was not signed by the certificate authority/;
		for (const cluster of [wrong, {}]) {
			const { status, message } = await check(api, cluster, { token: "sesame" });
			expect(status).toBe("failed");
			expect(message).toMatch(failed);
			expect(message).not.toContain("sesame");
		}
		const other = await check(named, trust(), files());
		expect(other).toMatchObject({ status: "failed", message: expect.stringContaining("has a certificate for another name") });
		expect(asked).toEqual([]);
		// Only where the kubeconfig says so.
		expect(await check(api, { "insecure-skip-tls-verify": true }, { token: "sesame" })).toMatchObject(LISTED);
	});

	test("a client certificate that is missing, of another authority, or none at all, is reported in words", async () => {
		const cluster = { ...trust(), "tls-server-name": "kubernetes.test" };
		const foreign = await stranger.sign("foreign");
		for (const user of [{ token: "sesame" }, { "client-certificate": foreign.cert, "client-key": foreign.key }]) {
			const { status, message } = await check(named, cluster, user);
			expect(status).toBe("failed");
			expect(message).toMatch(/answered 401: it knows neither the client certificate nor the token/);
		}
		const broken = { "client-certificate-data": Buffer.from("none").toString("base64"), "client-key-data": await base64(client.key) };
		const { message } = await check(named, cluster, broken);
		expect(message).toMatch(/a certificate or key cannot be used/);
		expect(message).not.toContain("PRIVATE");
		expect(asked).toEqual([]);
	});

	test("a scrape target over TLS: its authority, a client's certificate and the name by file, and words where one does not fit", async () => {
		const scrape = async (server: Server, tls: Access["tls"]) => {
			const { port } = server.address() as AddressInfo;
			const source = new PrometheusSource([staticTarget(new URL(`https://127.0.0.1:${port}/metrics`), "tls", { tls })], {
				intervalMs: 1000,
			});
			const [found] = (await source.read()).checks as { status: string; message?: string }[];
			return found;
		};
		const caFile = authority.cert;
		const own = { certFile: client.cert, keyFile: client.key };
		// It answers with the list of pods, which is no exposition: it was reached.
		const reached = { message: expect.stringMatching(/^these are no metrics/) };
		expect(await scrape(api, { caFile })).toMatchObject(reached);
		expect(await scrape(api, { insecure: true })).toMatchObject(reached);
		expect(await scrape(named, { caFile, serverName: "kubernetes.test", ...own })).toMatchObject(reached);
		expect(asked.at(-1)).toBe("hive-bridge");
		expect(await scrape(named, { caFile, serverName: "kubernetes.test" })).toMatchObject({ message: "answered 401 Unauthorized" });
		expect(await scrape(api, undefined)).toMatchObject({
			status: "failed",
			message: expect.stringMatching(/^the target has a certificate that was not signed by/),
		});
		expect(await scrape(named, { caFile })).toMatchObject({
			message: expect.stringMatching(/^the target has a certificate for another name/),
		});
		expect(await scrape(api, { caFile: "/nowhere" })).toMatchObject({ message: "cannot read the certificate or key /nowhere: ENOENT" });
		expect(await scrape(api, { caFile, certFile: client.cert, keyFile: authority.cert })).toMatchObject({
			status: "failed",
			message: expect.stringContaining("certificate or key cannot be used"),
		});
	});
});
