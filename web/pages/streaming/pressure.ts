/** The back-pressure class of an operator or subtask. The bottleneck is not the back-pressured operator but the busy one after it. */
import type { StatusMark } from "../../components/status.ts";

export interface Pressure {
	busy?: number | undefined;
	backPressured?: number | undefined;
}

const PRESSURE_MARKS = {
	held: { shape: "alert", tone: "bad", word: "back-pressured" },
	slowed: { shape: "alert", tone: "warn", word: "slowed" },
	full: { shape: "full", tone: "honey", word: "saturated" },
	busy: { shape: "full", tone: "calm", word: "busy" },
	calm: { shape: "ring", tone: "calm", word: "idle capacity" },
	unknown: { shape: "question", tone: "off", word: "not reported" },
} satisfies Record<string, StatusMark>;
export type Pressed = keyof typeof PRESSURE_MARKS;

/** The thresholds of Flink's web UI, 10 % and 50 %. */
export function pressed({ busy, backPressured }: Pressure): Pressed {
	if (busy === undefined && backPressured === undefined) return "unknown";
	if ((backPressured ?? 0) >= 0.5) return "held";
	if ((backPressured ?? 0) >= 0.1) return "slowed";
	if ((busy ?? 0) >= 0.9) return "full";
	return (busy ?? 0) >= 0.3 ? "busy" : "calm";
}

export const pressureStatus = (pressure: Pressure): StatusMark => PRESSURE_MARKS[pressed(pressure)];
/** The bottleneck. */
export const BOTTLENECK: StatusMark = { shape: "alert", tone: "bad", word: "bottleneck" };
