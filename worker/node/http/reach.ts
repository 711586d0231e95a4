/** Who reaches a server by where it listens, in a URL and in words. */
import type { DashboardConfig } from "../../../colony-bridge/protocol/http/config.ts";

/** The address to open on this machine. */
export function addressOf(host: string, port: number): string {
	const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
	return `http://${name}:${port}`;
}

/** Only programs on this machine get there. */
export function isLocal(host: string): boolean {
	return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** @returns what to know before other machines come, or nothing where they do not, or sign in. */
export function openToOthers(
	{ authEnabled, readonly }: Pick<DashboardConfig, "authEnabled" | "readonly">,
	host: string,
): string | undefined {
	if (authEnabled || isLocal(host)) return undefined;
	const where = host === "0.0.0.0" || host === "::" ? "any address of this machine" : host;
	const may = readonly ? "may look at everything" : "may look at everything, restart workers and scale";
	return `nobody has to sign in: whoever reaches ${where} ${may}; set authEnabled${readonly ? "" : ", or readonly"}, or listen at 127.0.0.1`;
}
