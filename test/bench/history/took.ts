const ASKED = 100;

/** What `work` took each of a hundred times, ms, after it has been done once. */
export async function took(work: () => Promise<unknown>): Promise<number[]> {
	await work();
	const times: number[] = [];
	for (let i = 0; i < ASKED; i++) {
		const begun = performance.now();
		await work();
		times.push(performance.now() - begun);
	}
	return times;
}
