import { isoField } from "./iso-instant.ts";

/** How a thing is, and, where its bridge is silent, how it was when that was heard last. */
export function heardFields<S extends string, Last extends string>(row: {
	status: S;
	lastStatus?: Last;
	silentSince?: number;
}): { status: S; last_status?: Last; silent_since?: string } {
	return {
		status: row.status,
		...(row.lastStatus !== undefined && { last_status: row.lastStatus }),
		...isoField("silent_since", row.silentSince),
	};
}
