/** Whether charts are to be SVG: on paper, where it is sharp, and in the colours of the reader's system, which the browser gives it. */
import { createSignal } from "solid-js";

const media = matchMedia("print, (forced-colors: active)");

export const [plain, setPlain] = createSignal(media.matches);

const tell = () => setPlain(media.matches);
media.addEventListener("change", tell);
// The paper is laid out right after this, and not every browser has told of its media by then.
addEventListener("beforeprint", () => setPlain(true));
addEventListener("afterprint", tell);
