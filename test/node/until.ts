/** Waits for a condition, never for a time. */
export async function until<T>(condition: () => T | undefined | false, what: string, ms = 15_000): Promise<T> {
	const deadline = performance.now() + ms;
	for (;;) {
		const found = condition();
		if (found) return found;
		if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain for: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
