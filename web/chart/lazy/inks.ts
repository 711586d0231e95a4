/** The series' colours. A canvas has no CSS variables, so they are read once for all charts, and again after a change of theme. */
import { createSignal } from "solid-js";
import { COLOURS } from "../picture.ts";

const inkName = (place: number): string => `--s${(place % COLOURS) + 1}`;

const read = (): string[] => {
	const style = getComputedStyle(document.documentElement);
	return Array.from({ length: COLOURS }, (_, place) => style.getPropertyValue(inkName(place)).trim());
};

/** By series index. */
export const [inks, setInks] = createSignal<readonly string[]>(read());

const again = () => setInks(read());
new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
