import type { Theme } from "../../../colony-bridge/protocol/http/config.ts";

/** Messages from the page to a custom widget's frame. The frame sends "ready" once it listens. */
export interface FrameMessage {
	theme: Theme;
	/** The drawing of that instant, ms; absent: what is there stays. */
	html?: string;
	at?: number;
}
