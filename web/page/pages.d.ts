/** The server renderer, imported by the worker as `#pages` and built from `web/server.tsx`. */
import type { Role, Token, Via } from "../../colony-bridge/protocol/http/access.ts";
import type { AuditPage, AuditQuery } from "../../colony-bridge/protocol/http/audit.ts";
import type { DashboardConfig, ThemeOrSystem } from "../../colony-bridge/protocol/http/config.ts";
import type { ArrivalsAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { PageData } from "../../colony-bridge/protocol/pages/plan.ts";
import type { ReportInput } from "../../colony-bridge/protocol/pages/report-plan.ts";
import type { ClusterSummary } from "../../colony-bridge/protocol/query/summary.ts";
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";

export interface PageContext {
	/** Cluster name as in the URL. */
	cluster: string;
	/** Prefix of every path: "", or that at which a Node host serves the dashboard, such as "/hive". */
	root: string;
	/** Prefix of every path of this cluster: the root for the default cluster, else "/clusters/NAME" behind it. */
	base: string;
	/** `readonly`: the dashboard or the viewer has no controls. */
	config: Pick<DashboardConfig, "title" | "theme" | "refreshIntervalMs" | "readonly" | "customCss" | "logoUrl">;
	/** The viewer's theme (cookie `theme`), else the configured one. */
	theme: ThemeOrSystem;
	/** CSP nonce of inline scripts and styles. */
	nonce: string;
	/** The signed-in user; absent without sign-in. */
	user?: { name: string; role: Role; via: Via };
	/** Read-only because there is no sign-in. */
	lacksSignIn?: boolean;
	connect: ConnectHelp;
}

/** Data for the instructions to connect a bridge. */
export interface ConnectHelp {
	/** The dashboard's origin, as seen by the viewer. */
	origin: string;
	/** No bridge token exists, so no bridge is accepted. */
	lacksToken?: boolean;
	/** The last of each that bridges met with here. */
	seen?: Omit<ArrivalsAnswer, "first_frame">;
}

export interface AuditData extends AuditPage {
	/** The current filter. */
	query: AuditQuery;
}

export interface ViewedPage extends PageContext {
	/** Time range and selection, read from the URL. */
	view: PageView;
	/** All parameters of the URL, "" or with `?`. */
	search: string;
	/** Rows and filter of the page `audit`. */
	audit?: AuditData;
}
/** Id of the build; changes with any file of the browser. */
export const build: string;
/** @returns the web app manifest of a cluster, to be sent as JSON. @param root prefix of every path @param cluster that of its paths behind it */
export function webManifest(config: Pick<DashboardConfig, "title" | "theme">, root: string, cluster: string): object;
/** @returns the page's data as JSON, for an open page that changes its view */
export function pageData(page: string, data: Required<PageData>, context: ViewedPage): string;
/** @returns an HTML document with the data embedded */
export function renderPage(page: string, data: Required<PageData>, context: ViewedPage): string;
/** @returns the document of a custom widget's frame with `html` unescaped: serve it only under the CSP of such frames */
export function renderWidget(html: string, at: number, context: PageContext): string;
/** @returns a document that is read without the dashboard: no script, nothing from the network, its data inside, 2 MB at most */
export function renderReport(report: ReportInput, context: PageContext): string;
/** @returns an HTML document for an error */
export function renderProblem(problem: Problem, context: PageContext): string;

export interface SignInForm {
	/** Path to open after signing in. */
	next: string;
	/** The entered user name. */
	user: string;
	/** Why signing in failed. */
	refusal?: string;
}
/** @returns an HTML document with the sign-in form. It needs no script. */
export function renderSignIn(form: SignInForm, context: PageContext): string;

export interface TokensForm {
	tokens: Token[];
	/** The new token, whose text is shown only once. */
	minted?: { name: string; text: string };
	/** Why no token was created. */
	refusal?: string;
}
/** @returns an HTML document with the tokens and a form for new ones. It needs no script. */
export function renderTokens(form: TokensForm, context: PageContext): string;

export interface FleetForm {
	/** In the order of the list; `base`: prefix of a cluster's paths. */
	clusters: { summary: ClusterSummary; base: string }[];
	/** Clusters there are. */
	total: number;
	/** Words searched for. */
	q: string;
	sort: "trouble" | "name" | "workers" | "tasks" | "errors" | "heard";
	/** ms. */
	now: number;
}
/** @returns an HTML document with all clusters. It needs no script, and follows the list with it. */
export function renderFleet(form: FleetForm, context: PageContext): string;

export interface ApiParameter {
	name: string;
	where: "query" | "path";
	required: boolean;
	/** JSON Schema. */
	schema: object;
}
export interface ApiOperation {
	method: string;
	/** `/api/runs/{id}` */
	path: string;
	subject: string;
	does: string;
	parameters: readonly ApiParameter[];
	/** JSON Schemas. */
	body?: object;
	answer?: object;
}
/** @returns an HTML document of the REST API. It needs no script. */
export function renderApi(operations: readonly ApiOperation[], context: PageContext): string;
