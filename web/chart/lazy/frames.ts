/** One frame for all charts of the page; a tab that is hidden has none. */
const due = new Set<() => void>();

function frame(): void {
	const now = [...due];
	due.clear();
	for (const paint of now) paint();
}

/** @param paint is called once in the next frame, however often it is asked for */
export function inFrame(paint: () => void): void {
	if (due.size === 0) requestAnimationFrame(frame);
	due.add(paint);
}

export const notInFrame = (paint: () => void): boolean => due.delete(paint);
