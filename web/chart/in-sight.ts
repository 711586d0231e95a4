/** Observes which elements are in or near the viewport, with one observer for all. Only those are drawn. */
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

/** @param element available once the owner is mounted @param until value before the first observation */
export function createInSight(element: () => Element, until = true): () => boolean {
	const [seen, setSeen] = createSignal(until);
	onMount(() => {
		const target = element();
		watch(target, setSeen);
		onCleanup(() => observer?.unobserve(target));
	});
	return seen;
}
