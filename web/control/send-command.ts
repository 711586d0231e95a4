import type { CommandState } from "../../colony-bridge/protocol/query/control.ts";
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";

export interface Accepted {
	id: string;
	state: CommandState;
	message?: string;
}

/** An idempotency key, for safe retries. Not `randomUUID`, which needs HTTPS. */
export function newKey(): string {
	return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}

/** @returns the accepted command. @throws with a message for the user */
export async function sendCommand(path: string, key: string, body?: object): Promise<Accepted> {
	let response: Response;
	try {
		response = await fetch(path, {
			method: "POST",
			headers: { "content-type": "application/json", "idempotency-key": key },
			body: JSON.stringify(body ?? {}),
		});
	} catch {
		throw new Error("No connection to the dashboard. It is safe to try again: the command runs once.");
	}
	const answer = (await response.json().catch(() => undefined)) as (Accepted & Partial<Problem>) | undefined;
	if (!response.ok || !answer) throw new Error(answer?.detail ?? `The dashboard answered ${response.status}.`);
	return answer;
}
