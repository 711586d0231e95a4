/** Detects when charts must be SVG: in print, where it is sharp, and with forced colours. */
import { createSignal } from "solid-js";

const media = matchMedia("print, (forced-colors: active)");

export const [plain, setPlain] = createSignal(media.matches);

const tell = () => setPlain(media.matches);
media.addEventListener("change", tell);
// Print layout follows at once, before some browsers report the media change.
addEventListener("beforeprint", () => setPlain(true));
addEventListener("afterprint", tell);
