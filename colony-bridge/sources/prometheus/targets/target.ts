/** What is scraped, and the lists it comes from. */
import type { Check } from "../../../protocol/state.ts";

export interface Target {
	/** Where it is; also what tells two targets apart. */
	url: string;
	/** What people call it: host and port, a pod's name. */
	instance: string;
	job: string;
	tokenFile?: string | undefined;
}

export interface TargetList {
	/** Targets come and go: their series are told apart from the beginning. */
	readonly dynamic: boolean;
	list(): readonly Target[] | Promise<readonly Target[]>;
	/** Absent: nothing can go wrong. */
	check?(): Check;
}

/** Written down by whoever started the bridge. */
export function staticTarget(url: URL, job: string, tokenFile?: string): TargetList {
	if (url.pathname === "/" && !url.search) url.pathname = "/metrics";
	const target = { url: url.href, instance: instanceOf(url), job, tokenFile };
	return { dynamic: false, list: () => [target] };
}

export function instanceOf(url: URL): string {
	return `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
}
