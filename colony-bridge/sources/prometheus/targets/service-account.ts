/** What Kubernetes gives every pod: the API's address, whom to trust, and a token that it renews on disk. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesAccess } from "./kubeconfig.ts";

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
