/**
 * Reads once more where the object went away under the first call, as every deploy makes it. A push is not repeated here: the bridge
 * does that, and knows what was acknowledged.
 */
export async function again<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
	try {
		return await ask();
	} catch (error) {
		const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean };
		if (!retryable || overloaded) throw error;
		return ask();
	}
}
