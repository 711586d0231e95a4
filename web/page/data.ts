/** The data that the server embeds in a page's HTML, from which the browser draws the same page again. */
import type { Role, Via } from "../../colony-bridge/protocol/http/access.ts";
import type { DashboardConfig, ThemeOrSystem } from "../../colony-bridge/protocol/http/config.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { Plan } from "../../colony-bridge/protocol/pages/plan.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import type { WidgetSpec } from "../../colony-bridge/protocol/wire/widgets/widgets.ts";
import type { AuditData, ConnectHelp } from "./pages.d.ts";

export interface PageInput {
	/** A built-in page's name or a custom page's. */
	page: string;
	cluster: string;
	/** Before every path of this cluster: "" or "/clusters/NAME". */
	base: string;
	/** The part of the URL that the queries depend on, and all parameters of the URL, "" or with `?`. */
	view: PageView;
	search: string;
	config: Pick<DashboardConfig, "title" | "theme" | "logoUrl" | "refreshIntervalMs" | "readonly">;
	theme: ThemeOrSystem;
	/** Who has signed in; absent where nobody has to. */
	user?: { name: string; role: Role; via: Via };
	/** It is read-only because nobody signs in. */
	lacksSignIn?: boolean;
	/** Where nobody has pushed to the cluster yet. */
	connect?: ConnectHelp;
	/** Of which the page is. */
	build: string;
	/** 0: no bridge has ever pushed to this cluster. */
	position: number;
	/** By name; the snapshot's answers stand in the same order. */
	queries: Plan;
	snapshot: Snapshot;
	/** The page's own widgets. */
	widgets: WidgetSpec[];
	/** Of the page `audit`: what it shows. */
	audit?: AuditData;
}

/** Ids of the elements both ends know. */
export const ROOT_ID = "dashboard";
export const DATA_ID = "dashboard-data";

/** JSON that is safe inside a script element, whatever its strings hold: no `</script>`, no comment, no line separator. */
export function embed(data: PageInput): string {
	return JSON.stringify(data).replace(/[<\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** @throws where the document holds no page's data */
export function readEmbedded(document: Document): PageInput {
	const text = document.getElementById(DATA_ID)?.textContent;
	if (!text) throw new Error(`the document has no element #${DATA_ID}: it is no page of the dashboard`);
	return JSON.parse(text) as PageInput;
}
