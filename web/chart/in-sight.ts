/** Whether an element can be seen, or nearly: what is far away need not be drawn. One observer for all. */
import { createSignal, onCleanup, onMount } from "solid-js";

const watched = new WeakMap<Element, (seen: boolean) => void>();
let observer: IntersectionObserver | undefined;

function watch(element: Element, tell: (seen: boolean) => void): void {
	observer ??= new IntersectionObserver(
		(entries) => {
			for (const { target, isIntersecting } of entries) watched.get(target)?.(isIntersecting);
		},
		{ rootMargin: "100px" },
	);
	watched.set(element, tell);
	observer.observe(element);
}

/** @param element there once the owner is mounted. @returns true until it is known not to be in sight */
export function createInSight(element: () => Element): () => boolean {
	const [seen, setSeen] = createSignal(true);
	onMount(() => {
		const target = element();
		watch(target, setSeen);
		onCleanup(() => observer?.unobserve(target));
	});
	return seen;
}
