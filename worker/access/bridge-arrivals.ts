import type { ArrivalsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { ProblemError } from "../http/problem.ts";
import { isoField, isoInstant } from "../http/responses.ts";

interface Refused {
	at: number;
	reason: string;
}

interface Arrival {
	/** Last request of a bridge, ms since 1970. */
	reached?: number;
	/** The last one whose token was good. */
	admitted?: number;
	/** The last one whose token was not. */
	refused?: Refused;
	/** The last one that was let in and answered with a problem. */
	pushRefused?: Refused;
}

/** Names are anybody's: those asked for longest ago go first. */
const MOST_CLUSTERS = 1000;
const REASON_CHARS = 300;

/**
 * The last of each that bridges have met with at this address, by cluster: for those who connect one and see nothing. It is of this process, or on
 * Cloudflare of this isolate, and neither makes a cluster nor knows if there is one. Tokens do not come here, only the words of a refusal.
 */
export class BridgeArrivals {
	readonly #clusters = new Map<string, Arrival>();

	/** Notes how a bridge's request is let in. @throws as `admit` does */
	async admitting<Admission>(cluster: string, admit: () => Promise<Admission>): Promise<Admission> {
		const at = Date.now();
		this.#note(cluster, { reached: at });
		try {
			const admission = await admit();
			this.#note(cluster, { admitted: at });
			return admission;
		} catch (error) {
			this.#note(cluster, { refused: { at, reason: reasonOf(error) } });
			throw error;
		}
	}

	/** Notes how it is answered then. @throws as `answer` does */
	async answering(cluster: string, answer: () => Response | Promise<Response>): Promise<Response> {
		try {
			return await answer();
		} catch (error) {
			// Whoever only asks whether the token is good asks for no socket.
			const isQuestion = error instanceof ProblemError && error.kind === "upgrade";
			if (!isQuestion) this.#note(cluster, { pushRefused: { at: Date.now(), reason: reasonOf(error) } });
			throw error;
		}
	}

	/** @returns fields of an answer; none of a cluster that no bridge has asked for. */
	told(cluster: string): Omit<ArrivalsAnswer, "first_frame"> {
		const { reached, admitted, refused, pushRefused } = this.#clusters.get(cluster) ?? {};
		return {
			...isoField("reached", reached),
			...isoField("admitted", admitted),
			...(refused && { refused: refusedAnswer(refused) }),
			...(pushRefused && { push_refused: refusedAnswer(pushRefused) }),
		};
	}

	#note(cluster: string, news: Arrival): void {
		setNewest(this.#clusters, cluster, { ...this.#clusters.get(cluster), ...news }, MOST_CLUSTERS);
	}
}

const refusedAnswer = ({ at, reason }: Refused) => ({ timestamp: isoInstant(at), reason });

/** A fault of the dashboard is told by its log alone. */
const reasonOf = (error: unknown): string =>
	error instanceof ProblemError ? error.message.slice(0, REASON_CHARS) : "the dashboard failed to answer; its log says why";
