import { createSignal } from "solid-js";
import type { CommandState } from "../../colony-bridge/protocol/query/control.ts";
import type { CommandRow, WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { LinkView } from "../../colony-bridge/protocol/query/view.ts";
import { staleSince } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { StatusMark } from "../components/status.ts";
import { roughly } from "../format/time.ts";
import { useAnswer, usePage } from "../page/context.tsx";

export const COMMAND: Record<CommandState, StatusMark> = {
	accepted: { shape: "ring", tone: "calm", word: "waiting" },
	delivered: { shape: "dashed", tone: "calm", word: "delivered" },
	done: { shape: "check", tone: "good", word: "done" },
	failed: { shape: "cross", tone: "bad", word: "failed" },
	"timed-out": { shape: "alert", tone: "warn", word: "timed out" },
	absent: { shape: "mute", tone: "bad", word: "colony absent" },
	unknown: { shape: "question", tone: "warn", word: "outcome unknown" },
};

/** The command that the dialog confirms. */
export type Ask = { type: "restart"; worker: WorkerRow } | { type: "scale" };

export function createControl() {
	const page = usePage();
	const commands = useAnswer("commands");
	const [ask, setAsk] = createSignal<Ask>();
	const silent = (link: LinkView): boolean => staleSince(link, page.time.clock.now()) !== undefined;
	const unreachableText = (bridge: string, since: number) =>
		`Bridge ${bridge} has not been heard for ${roughly(page.time.clock.now() - since)}: commands cannot be sent to its colony.`;
	const withCommand = (command: LinkView["capabilities"][number]): LinkView[] =>
		page.data.cluster().links.filter(({ capabilities }) => capabilities.includes(command));
	return {
		mayAct: page.mayAct(),
		ask,
		setAsk,
		commands,
		command: (id: string): CommandRow | undefined => commands().rows.find((row) => row.id === id),
		/** Bridges whose colony can scale; the connected ones, if any is. */
		scalers: () => {
			const all = withCommand("scale");
			const connected = all.filter((link) => !silent(link));
			return connected.length > 0 ? connected : all;
		},
		/** Why no command can be sent to a bridge now, or undefined. */
		unreachable: (bridge: string | undefined): string | undefined => {
			const link = page.data.cluster().links.find((each) => each.bridge === bridge);
			return link && silent(link) ? unreachableText(link.bridge, link.lastPushAt) : undefined;
		},
		/** The same for the bridge of a worker, which may not be among the listed ones. */
		unreachableWorker: ({ bridge, staleSince }: WorkerRow): string | undefined =>
			staleSince === undefined ? undefined : unreachableText(bridge, staleSince),
		restarters: () => withCommand("restart"),
		/** The cluster lists only some of many bridges, and counts those that can restart. */
		canRestart: ({ bridge }: WorkerRow) => {
			const { links, bridges } = page.data.cluster();
			const link = links.find((each) => each.bridge === bridge);
			return link ? link.capabilities.includes("restart") : bridges.restart > 0;
		},
	};
}
export type Control = ReturnType<typeof createControl>;
