/** All checks of an installation, in the order in which one depends on the other. */
import { olderNode } from "../../../colony-bridge/node-version.ts";
import { Asker } from "./asking.ts";
import { connectionChecks } from "./certificate.ts";
import { type Check, fault, ok } from "./check.ts";
import { doorChecks } from "./door.ts";
import { healthChecks } from "./health.ts";
import { storageChecks } from "./storage.ts";

export interface Examined {
	/** Address of a dashboard. */
	url?: string;
	cluster?: string;
	token?: string;
	/** Folder of a dashboard on this machine. */
	storage?: string;
}

/** @throws TypeError where the address or the cluster's name is none. */
export async function examine({ url, cluster, token, storage }: Examined): Promise<Check[]> {
	const checks = [
		nodeCheck(),
		...(url === undefined
			? []
			: await dashboardChecks(url, { ...(cluster !== undefined && { cluster }), ...(token !== undefined && { token }) })),
		...(storage === undefined ? [] : await storageChecks(storage)),
	];
	return token === undefined ? checks : checks.map((check) => withoutToken(check, token));
}

function nodeCheck(): Check {
	const needed = olderNode();
	return needed === undefined ? ok("node", `Node ${process.versions.node}`) : fault("node", needed, "install Node 24");
}

async function dashboardChecks(url: string, door: { cluster?: string; token?: string }): Promise<Check[]> {
	const asker = new Asker(url);
	try {
		const connection = await connectionChecks(asker.base);
		if (connection.some(({ status }) => status === "fault")) return connection;
		const { checks, known } = await healthChecks(asker);
		return [...connection, ...checks, ...(known ? await doorChecks(asker, { url, ...door }) : [])];
	} finally {
		asker.close();
	}
}

/** A server could repeat it in what it says. */
function withoutToken({ says, advice, ...check }: Check, token: string): Check {
	const hidden = (text: string) => text.replaceAll(token, "[token]");
	return { ...check, says: hidden(says), ...(advice !== undefined && { advice: hidden(advice) }) };
}
