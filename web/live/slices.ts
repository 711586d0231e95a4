/** Work in tasks of a few milliseconds, between which the browser answers the reader and paints. */

/**
 * @param step does a part, if there is one. @returns whether more is left
 * @param sliceMs steps are taken as long as this has not passed in a task
 * @returns begins, or goes on: until an instant by `performance.now()`, then in further tasks
 */
export function inSlices(step: () => boolean, sliceMs: number, done?: () => void): (until?: number) => void {
	let channel: MessageChannel | undefined;
	let posted = false;
	const run = (until = performance.now() + sliceMs): void => {
		for (let left = true; left; left = step()) {
			if (performance.now() <= until) continue;
			if (!channel) {
				channel = new MessageChannel();
				channel.port1.onmessage = () => {
					posted = false;
					run();
				};
			}
			if (!posted) channel.port2.postMessage(0);
			posted = true;
			return;
		}
		done?.();
	};
	return run;
}
