/** Why `hiveframe-dashboard bridge` ended, as its exit code. */
export const EXIT = {
	/** It was told to, or standard input ended: everything has arrived. */
	stopped: 0,
	/** A fault of the program. */
	fault: 1,
	/** Options or configuration cannot be right. */
	usage: 2,
	/** The dashboard does not take this token, or has not let this bridge in. */
	denied: 3,
	/** Another bridge of the same name has taken over. */
	superseded: 4,
	/** It was told to stop, and what it held did not arrive in time. */
	unsent: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
