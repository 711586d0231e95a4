/** Records and rules that tests of streams share. */
import type { WindowRules } from "../../colony-bridge/local-colony/tumbling-windows.ts";

export interface Reading {
	at: number;
	key: string;
	n: number;
}

export const RULES: WindowRules<Reading, number> = {
	windowMs: 10,
	outOfOrderMs: 5,
	time: ({ at }) => at,
	key: ({ key }) => key,
	start: () => 0,
	add: (sum, { n }) => sum + n,
};
