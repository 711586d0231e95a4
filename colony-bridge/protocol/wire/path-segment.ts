/**
 * A name as one segment of an address's path. `.` and `..` alone are steps in a path, however they are written: they end in a `;`, which in
 * any other name stands as %3B.
 */

/** A URL cannot contain half a surrogate pair. */
export const toSegment = (name: string): string => encodeURIComponent(name.toWellFormed()) + (/^\.\.?$/.test(name) ? ";" : "");

/** @throws URIError where a % begins no UTF-8 character */
export const fromSegment = (segment: string): string => decodeURIComponent(segment.replace(/^(\.\.?);$/, "$1"));
