import type { LogLevel } from "../../../colony-bridge/protocol/wire/state.ts";
import { mark, type StatusMark } from "../../components/status.ts";

export const LEVEL: Record<LogLevel, StatusMark> = {
	DEBUG: mark("ring", "off", "DEBUG"),
	INFO: mark("ring", "off", "INFO"),
	WARNING: mark("alert", "warn", "WARNING"),
	ERROR: mark("cross", "bad", "ERROR"),
	CRITICAL: mark("cross", "bad", "CRITICAL"),
};
