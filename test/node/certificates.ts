/** Certificate authorities and what they sign, made for one test run by `openssl` and gone with its folder. */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Why these tests cannot run here; undefined: they can. */
export const noOpenssl = spawnSync("openssl", ["version"]).status === 0 ? undefined : "there is no openssl on the PATH";

export interface Certificate {
	/** PEM files. */
	cert: string;
	key: string;
}

export class Authority implements Certificate {
	readonly cert: string;
	readonly key: string;
	readonly #folder: string;

	private constructor(folder: string, name: string) {
		this.#folder = folder;
		this.cert = join(folder, `${name}.crt`);
		this.key = join(folder, `${name}.key`);
	}

	static make(folder: string, name: string): Authority {
		const authority = new Authority(folder, name);
		openssl("req", "-x509", ...EC, "-keyout", authority.key, "-out", authority.cert, "-subj", `/CN=${name}`, "-days", "2");
		return authority;
	}

	/** @param names as in `subjectAltName`: `DNS:a.test`, `IP:127.0.0.1`; none: a client's. */
	async sign(name: string, ...names: string[]): Promise<Certificate> {
		const [request, cert, key, extensions] = ["csr", "crt", "key", "ext"].map((end) => join(this.#folder, `${name}.${end}`)) as [
			string,
			string,
			string,
			string,
		];
		openssl("req", ...EC, "-keyout", key, "-out", request, "-subj", `/CN=${name}`);
		await writeFile(extensions, names.length > 0 ? `subjectAltName=${names.join(",")}` : "extendedKeyUsage=clientAuth");
		const from = ["-CA", this.cert, "-CAkey", this.key, "-CAcreateserial"];
		openssl("x509", "-req", "-in", request, "-out", cert, ...from, "-days", "2", "-extfile", extensions);
		return { cert, key };
	}
}

/** As a kubeconfig carries it. */
export const base64 = async (file: string): Promise<string> => (await readFile(file)).toString("base64");

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(...words: string[]): void {
	const { status, stderr } = spawnSync("openssl", words, { encoding: "utf8" });
	if (status !== 0) throw new Error(`openssl ${words[0]} failed: ${stderr}`);
}
