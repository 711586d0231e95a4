/** The tasks of a task stream: fetched once, then extended as tasks end. */
import { ByteReader } from "../../colony-bridge/protocol/query/codec/bytes.ts";
import { decodeBars } from "../../colony-bridge/protocol/query/task-bars.ts";
import { decodeStream, type StreamHead } from "../../colony-bridge/protocol/query/task-stream.ts";
import { Lanes } from "./lanes.ts";

/** Decoding time before the main thread is yielded, ms. */
const SLICE_MS = 12;
/** Minimum time between two fetches of new tasks, ms. */
const PACE_MS = 2000;

export interface StreamState {
	lanes: Lanes;
	head: StreamHead;
	/** Ended tasks that are loaded. */
	loaded: number;
	/** Incremented on every change. */
	version: number;
}

export interface StreamData {
	/** Loads all retained tasks, or those that ran since an instant, ms. */
	load(since?: number): Promise<void>;
	/** Schedules a fetch of new tasks. */
	follow(): void;
	stop(): void;
}

/** @param url of `/api/tasks/stream`, up to where its parameters go on. @param changed called with the new state, or with the last one and an error */
export function streamData(url: string, changed: (state: StreamState | undefined, problem?: string) => void): StreamData {
	let state: StreamState | undefined;
	let waiting: ReturnType<typeof setTimeout> | undefined;
	let fetchedAt = Number.NEGATIVE_INFINITY;
	let busy = false;
	let again = false;
	let stopped = false;

	async function take(parameters: Record<string, string>, fresh: boolean): Promise<void> {
		busy = true;
		fetchedAt = performance.now();
		try {
			const response = await fetch(`${url}${new URLSearchParams(parameters)}`);
			if (!response.ok) throw new Error(`the server answered ${response.status}`);
			const stream = decodeStream(new Uint8Array(await response.arrayBuffer()));
			if (stopped) return;
			// The log was replaced: task numbers are no longer comparable, so everything is loaded again.
			if (!fresh && state && state.head.log !== stream.log) return await take({}, true);
			const lanes = fresh || !state ? new Lanes() : state.lanes;
			const after = fresh ? 0 : (state?.head.last ?? 0);
			let loaded = fresh ? 0 : (state?.loaded ?? 0);
			const before = lanes.size - lanes.ids.size;
			lanes.setOpen({ ...stream.open, count: 0 }, [], stream.at);
			let began = performance.now();
			for (const bytes of stream.ended) {
				lanes.addEnded(decodeBars(new ByteReader(bytes)), after);
				if (performance.now() - began < SLICE_MS) continue;
				await new Promise((go) => setTimeout(go));
				if (stopped) return;
				began = performance.now();
			}
			loaded += lanes.size - before;
			lanes.setOpen(stream.open, stream.ids, stream.at);
			const { open: _, ids: __, ended: ___, ...head } = stream;
			state = { lanes, loaded, head, version: (state?.version ?? 0) + 1 };
			changed(state);
		} catch (error) {
			if (!stopped) changed(state, error instanceof Error ? error.message : String(error));
		} finally {
			busy = false;
			if (again) {
				again = false;
				follow();
			}
		}
	}

	function follow(): void {
		if (stopped || waiting !== undefined) return;
		if (busy) {
			again = true;
			return;
		}
		waiting = setTimeout(
			() => {
				waiting = undefined;
				if (state) void take({ after: String(state.head.last) }, false);
			},
			Math.max(0, fetchedAt + PACE_MS - performance.now()),
		);
	}

	return {
		load: (since) => take(since === undefined ? {} : { start: String(Math.floor(since)) }, true),
		follow,
		stop() {
			stopped = true;
			clearTimeout(waiting);
		},
	};
}
