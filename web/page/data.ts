/** The data embedded in a page's HTML, from which the browser hydrates it. */
import type { Role, Via } from "../../colony-bridge/protocol/http/access.ts";
import type { DashboardConfig, ThemeOrSystem } from "../../colony-bridge/protocol/http/config.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { Plan } from "../../colony-bridge/protocol/pages/plan.ts";
import type { Reported } from "../../colony-bridge/protocol/query/reported.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import type { WidgetSpec } from "../../colony-bridge/protocol/wire/widgets/widgets.ts";
import type { AuditData, ConnectHelp } from "./pages.d.ts";

export interface PageInput {
	/** Name of a built-in or custom page. */
	page: string;
	cluster: string;
	/** Prefix of all paths: "" or such as "/hive". */
	root: string;
	/** Prefix of the cluster's paths: the root, or "/clusters/NAME" behind it. */
	base: string;
	/** The part of the URL that queries depend on, and all of its parameters, "" or with `?`. */
	view: PageView;
	search: string;
	config: Pick<DashboardConfig, "title" | "theme" | "logoUrl" | "refreshIntervalMs" | "readonly">;
	theme: ThemeOrSystem;
	/** The signed-in user; absent without sign-in. */
	user?: { name: string; role: Role; via: Via };
	/** Read-only because there is no sign-in. */
	lacksSignIn?: boolean;
	/** Set until the first push to the cluster. */
	connect?: ConnectHelp;
	/** Id of the page's build. */
	build: string;
	/** 0 until the first push to the cluster. */
	position: number;
	/** Kinds the cluster had ever reported when its answers were asked for. */
	reported: Reported;
	/** By name; the snapshot's answers are in the same order. */
	queries: Plan;
	snapshot: Snapshot;
	widgets: WidgetSpec[];
	/** Rows of the page `audit`. */
	audit?: AuditData;
}

/** Ids of elements shared by server and browser. */
export const ROOT_ID = "dashboard";
export const DATA_ID = "dashboard-data";

/** JSON that is safe inside a script element: no `</script>`, comment or line separator. */
export function embed(data: object): string {
	return JSON.stringify(data).replace(/[<\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** @throws if the document has no page data */
export function readEmbedded(document: Document): PageInput {
	const text = document.getElementById(DATA_ID)?.textContent;
	if (!text) throw new Error(`the document has no element #${DATA_ID}: it is no page of the dashboard`);
	return JSON.parse(text) as PageInput;
}
