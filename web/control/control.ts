/** What the viewer may tell the colony to do, what is about to be confirmed, and what was told. */
import { createSignal } from "solid-js";
import { silentSince } from "../../colony-bridge/protocol/liveness.ts";
import { ownAnswer } from "../../colony-bridge/protocol/plan.ts";
import type { CommandRow, WorkerRow } from "../../colony-bridge/protocol/rows.ts";
import type { LinkView } from "../../colony-bridge/protocol/view.ts";
import { roughly } from "../format/time.ts";
import { useAnswer, usePage } from "../page-context.tsx";

/** What the dialog asks about. */
export type Ask = { type: "restart"; worker: WorkerRow } | { type: "scale" };

/** @param commandsAt the place of the page's commands among its answers. */
export function createControl(commandsAt = ownAnswer("workers", "commands")) {
	const page = usePage();
	const commands = useAnswer(commandsAt, "commands");
	const [ask, setAsk] = createSignal<Ask>();
	const silent = (link: LinkView): boolean => silentSince(link, page.clock.now()) !== undefined;
	const deafWords = (bridge: string, since: number) =>
		`Bridge ${bridge} has not been heard for ${roughly(page.clock.now() - since)}: nothing can be told to its colony.`;
	const able = (what: LinkView["can"][number]): LinkView[] => page.cluster().links.filter(({ can }) => can.includes(what));
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
			const link = page.cluster().links.find((each) => each.bridge === bridge);
			return link && silent(link) ? deafWords(link.bridge, link.lastPushAt) : undefined;
		},
		/** The same of a worker: the cluster knows of bridges that are not listed. */
		deafWorker: ({ bridge, silentSince }: WorkerRow): string | undefined =>
			silentSince === undefined ? undefined : deafWords(bridge, silentSince),
		restarters: () => able("restart"),
		/** Of many bridges only some are listed; where one cannot, the cluster says so. */
		canRestart: ({ bridge }: WorkerRow) => {
			const { links, bridges } = page.cluster();
			const link = links.find((each) => each.bridge === bridge);
			return link ? link.can.includes("restart") : bridges.restart > 0;
		},
	};
}
export type Control = ReturnType<typeof createControl>;
