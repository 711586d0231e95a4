/** The instant that readers look at, the same in all charts of the page: they are compared at one time. */
import { createSignal } from "solid-js";

/** ms; undefined: nowhere. */
export const [cursorAt, setCursorAt] = createSignal<number>();
