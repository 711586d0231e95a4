/** A page that is never idle runs it after this, ms. */
const LATEST = 3000;

/** Safari has no `requestIdleCallback`. */
export const whenIdle = (run: () => void) =>
	"requestIdleCallback" in globalThis ? requestIdleCallback(run, { timeout: LATEST }) : setTimeout(run);
