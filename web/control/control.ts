/** What the viewer may tell the colony to do, what is about to be confirmed, and what was told. */
import { createSignal } from "solid-js";
import { ownAnswer } from "../../colony-bridge/protocol/plan.ts";
import type { CommandRow, WorkerRow } from "../../colony-bridge/protocol/rows.ts";
import type { LinkView } from "../../colony-bridge/protocol/view.ts";
import { useAnswer, usePage } from "../page-context.tsx";

/** What the dialog asks about. */
export type Ask = { type: "restart"; worker: WorkerRow } | { type: "scale" };

/** @param commandsAt the place of the page's commands among its answers. */
export function createControl(commandsAt = ownAnswer("workers", "commands")) {
	const page = usePage();
	const commands = useAnswer(commandsAt, "commands");
	const [ask, setAsk] = createSignal<Ask>();
	const able = (what: LinkView["can"][number]): LinkView[] => page.cluster().links.filter(({ can }) => can.includes(what));
	return {
		/** Neither the dashboard nor the viewer's role forbids it. */
		mayAct: !page.input.config.readonly,
		ask,
		setAsk,
		commands,
		command: (id: string): CommandRow | undefined => commands().rows.find((row) => row.id === id),
		/** Bridges whose colony can scale. */
		scalers: () => able("scale"),
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
