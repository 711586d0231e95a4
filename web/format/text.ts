/** Words among others. */

/** As a sentence begins. */
export const begun = (text: string): string => (text[0] ?? "").toUpperCase() + text.slice(1);
