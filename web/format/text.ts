/** Words among others. */

/** Between a number and its unit. */
export const SPACE = "\u00a0";

/** As a sentence begins. */
export const begun = (text: string): string => (text[0] ?? "").toUpperCase() + text.slice(1);
