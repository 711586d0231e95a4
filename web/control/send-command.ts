import type { CommandState } from "../../colony-bridge/protocol/query/control.ts";
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";

export interface Taken {
	id: string;
	state: CommandState;
	message?: string;
}

/** Same key, same command: a try that may have been lost can be made again. Not `randomUUID`, which plain HTTP does not have. */
export function newKey(): string {
	return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}

/** @returns the command as it was taken in. @throws an error with a sentence for people. */
export async function sendCommand(path: string, key: string, body?: object): Promise<Taken> {
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
	const answer = (await response.json().catch(() => undefined)) as (Taken & Partial<Problem>) | undefined;
	if (!response.ok || !answer) throw new Error(answer?.detail ?? `The dashboard answered ${response.status}.`);
	return answer;
}
