/** What OpenSSL's codes mean to whoever has to mend them: https://docs.openssl.org/3.0/man1/openssl-verification-options/. */

/** @returns undefined where the connection failed for another reason. */
export function tlsWords({ code = "", message }: NodeJS.ErrnoException): string | undefined {
	if (/^(UNABLE_TO_(VERIFY|GET_ISSUER)|SELF_SIGNED|DEPTH_ZERO|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA)/.test(code)) {
		return `has a certificate that was not signed by the certificate authority it is to be checked by (${message}): is the right one configured?`;
	}
	if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") return `has a certificate that is not valid now (${message})`;
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
		return `has a certificate for another name (${message}): serverName (in a kubeconfig tls-server-name) says which it is to have`;
	if (/^ERR_(OSSL|SSL|CRYPTO)_/.test(code)) return `cannot be spoken to: a certificate or key cannot be used (${message})`;
	return undefined;
}
