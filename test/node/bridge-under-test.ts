/** A bridge between a test colony and a test door: made anew for each test, closed behind it. Import it where tests are defined. */
import { afterEach, beforeEach } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import type { BridgeOptions } from "../../colony-bridge/bridge/bridge-options.ts";
import type { UpFrameOf } from "../../colony-bridge/protocol/wire/up.ts";
import { Door, TestColony } from "./bridge-rig.ts";

export let door: Door;
export let colony: TestColony;
export let bridge: Bridge | undefined;
/** Its warnings. */
export let errors: string[] = [];

beforeEach(async () => {
	door = await Door.open();
	colony = new TestColony();
	errors = [];
});
afterEach(async () => {
	await bridge?.stop();
	await door.close();
});

export function start(options: Partial<BridgeOptions> = {}): Bridge {
	const onError = (error: Error) => void errors.push(error.message);
	bridge = new Bridge({ colony, to: { url: door.url }, name: "bridge", intervalMs: 100, onError, ...options });
	bridge.start();
	return bridge;
}

/** Frames of one kind that came through the door. */
export function framesOf<T extends "state" | "tick" | "series" | "events" | "result" | "layout">(type: T): UpFrameOf<T>[] {
	return door.frames.filter((frame) => frame.type === type) as UpFrameOf<T>[];
}
