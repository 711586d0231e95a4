import type { Theme } from "../../../colony-bridge/protocol/http/config.ts";

/** What a page tells a custom widget's frame. The frame says "ready" once, when it listens. */
export interface FrameMessage {
	theme: Theme;
	/** The drawing of that instant, ms; absent: what is there stays. */
	html?: string;
	at?: number;
}
