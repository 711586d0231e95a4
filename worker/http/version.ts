/** The package's version; a test compares it with package.json, which a bundle for the edge cannot read at run time. */
export const VERSION = "0.1.0";
