/** Between a number and its unit. */
export const SPACE = "\u00a0";

export const capitalized = (text: string): string => (text[0] ?? "").toUpperCase() + text.slice(1);
