import { createSignal } from "solid-js";
import type { CommandState } from "../../colony-bridge/protocol/query/control.ts";
import type { CommandRow, WorkerRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { LinkView } from "../../colony-bridge/protocol/query/view.ts";
import { silentSince } from "../../colony-bridge/protocol/wire/liveness.ts";
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

/** The commands that the viewer may send, the one that waits for confirmation, and those that were sent. */
/** The command that the dialog confirms. */
export type Ask = { type: "restart"; worker: WorkerRow } | { type: "scale" };

export function createControl() {
	const page = usePage();
	const commands = useAnswer("commands");
	const [ask, setAsk] = createSignal<Ask>();
	const silent = (link: LinkView): boolean => silentSince(link, page.time.clock.now()) !== undefined;
	const deafWords = (bridge: string, since: number) =>
		`Bridge ${bridge} has not been heard for ${roughly(page.time.clock.now() - since)}: commands cannot be sent to its colony.`;
	const able = (what: LinkView["can"][number]): LinkView[] => page.data.cluster().links.filter(({ can }) => can.includes(what));
	return {
		/** Neither the dashboard nor the viewer's role forbids it. */
		mayAct: !page.input.config.readonly,
		ask,
		setAsk,
		commands,
		command: (id: string): CommandRow | undefined => commands().rows.find((row) => row.id === id),
		/** Bridges whose colony can scale: those that are heard, where any is. */
		scalers: () => {
			const all = able("scale");
			const heard = all.filter((link) => !silent(link));
			return heard.length > 0 ? heard : all;
		},
		/** Why nothing can be told to a bridge now; undefined: it can. */
		deaf: (bridge: string | undefined): string | undefined => {
			const link = page.data.cluster().links.find((each) => each.bridge === bridge);
			return link && silent(link) ? deafWords(link.bridge, link.lastPushAt) : undefined;
		},
		/** The same of a worker: the cluster knows of bridges that are not listed. */
		deafWorker: ({ bridge, silentSince }: WorkerRow): string | undefined =>
			silentSince === undefined ? undefined : deafWords(bridge, silentSince),
		restarters: () => able("restart"),
		/** Of many bridges only some are listed; where one cannot, the cluster says so. */
		canRestart: ({ bridge }: WorkerRow) => {
			const { links, bridges } = page.data.cluster();
			const link = links.find((each) => each.bridge === bridge);
			return link ? link.can.includes("restart") : bridges.restart > 0;
		},
	};
}
export type Control = ReturnType<typeof createControl>;
