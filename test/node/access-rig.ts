/** The app as a host runs it, without a server around it: the same clusters and store in memory, any address, any origin. */

import * as v from "valibot";
import { DashboardConfig, type DashboardConfigInput } from "../../colony-bridge/protocol/http/config.ts";
import { type App, createApp } from "../../worker/app.ts";
import { openNodeAccess } from "../../worker/node/clusters/access.ts";
import { NodeClusters } from "../../worker/node/clusters/clusters.ts";
import { NodeUpgrades } from "../../worker/node/http/upgrades.ts";

export const ORIGIN = "https://dash.example";
export const USERS = { ann: "correct horse", viewer: "only looking", zoë: { password: "pässwörd", role: "viewer" } } as const;

export interface Rig {
	app: App;
	/** A request as a program sends it. */
	ask(path: string, init?: RequestInit & { from?: string; origin?: string }): Promise<Response>;
	/** @returns the cookie's `name=value`. @throws where the sign-in was refused. */
	signIn(user: string, password: string, from?: string): Promise<string>;
	close(): void;
}

export function accessRig(config: DashboardConfigInput = {}, options: { sessionKey?: string; bridgeToken?: string } = {}): Rig {
	const clusters = new NodeClusters(new NodeUpgrades());
	const access = openNodeAccess();
	const app = createApp({
		clusters,
		access,
		config: v.parse(DashboardConfig, { authEnabled: true, authUsers: USERS, ...config }),
		defaultCluster: "default",
		...options,
	});
	const ask: Rig["ask"] = (path, { from = "192.0.2.1", origin = ORIGIN, ...init } = {}) =>
		app.fetch(new Request(new URL(origin + path), { redirect: "manual", ...init }), { address: from });
	return {
		app,
		ask,
		async signIn(user, password, from) {
			const response = await ask("/access/sign-in", form({ user, password }, from));
			const cookie = response.headers.get("set-cookie")?.split(";")[0];
			if (response.status !== 303 || !cookie) throw new Error(`sign-in was refused with ${response.status}`);
			return cookie;
		},
		close() {
			clusters.close();
			access.close();
		},
	};
}

export function form(fields: Record<string, string>, from?: string): RequestInit & { from?: string } {
	return {
		method: "POST",
		headers: { "content-type": "application/x-www-form-urlencoded", accept: "text/html" },
		body: new URLSearchParams(fields).toString(),
		...(from !== undefined && { from }),
	};
}

export const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
