/** What is scraped, and the lists it comes from. */

import type { Check } from "../../../protocol/state.ts";
import type { Access } from "../../access.ts";

export interface Target extends Access {
	/** Where it is; also what tells two targets apart. */
	url: string;
	/** What people call it: host and port, a pod's name. */
	instance: string;
	job: string;
}

export interface TargetList {
	/** Targets come and go: their series are told apart from the beginning. */
	readonly dynamic: boolean;
	list(): readonly Target[] | Promise<readonly Target[]>;
	/** Absent: nothing can go wrong. */
	check?(): Check;
}

/** Written down by whoever started the bridge. */
export function staticTarget(url: URL, job: string, access: Access = {}): TargetList {
	if (url.pathname === "/" && !url.search) url.pathname = "/metrics";
	const target = { url: url.href, instance: instanceOf(url), job, ...access };
	return { dynamic: false, list: () => [target] };
}

export function instanceOf(url: URL): string {
	return `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
}

/** Path and query, where several things answer at one host and port. What may be a secret is not shown. */
export function pathOf(url: URL): string {
	const query = url.search.replace(/([?&][^=&]*(?:token|key|secret|passw|auth|sig)[^=&]*=)[^&]*/gi, "$1…");
	return `${url.pathname === "/" ? "" : url.pathname.replace(/\/+$/, "")}${query}`;
}
