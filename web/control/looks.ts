import type { CommandState } from "../../colony-bridge/protocol/control.ts";
import type { Look } from "../elements/states.ts";

export const COMMAND: Record<CommandState, Look> = {
	accepted: { shape: "ring", tone: "honey", word: "waiting" },
	delivered: { shape: "dashed", tone: "honey", word: "delivered" },
	done: { shape: "check", tone: "good", word: "done" },
	failed: { shape: "cross", tone: "bad", word: "failed" },
	"timed-out": { shape: "alert", tone: "warn", word: "timed out" },
	absent: { shape: "mute", tone: "bad", word: "colony absent" },
	unknown: { shape: "question", tone: "warn", word: "outcome unknown" },
};
