/** The server renderer as the worker imports it (`#pages`): built by `npm run build` from `web/server.tsx`. */
import type { Role, Token, Via } from "../../colony-bridge/protocol/http/access.ts";
import type { AuditPage, AuditQuery } from "../../colony-bridge/protocol/http/audit.ts";
import type { DashboardConfig, ThemeOrSystem } from "../../colony-bridge/protocol/http/config.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { PageData } from "../../colony-bridge/protocol/pages/plan.ts";
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";

export interface PageContext {
	/** Cluster name as in the URL. */
	cluster: string;
	/** Prefix of every path of this cluster: "" for the default cluster, else "/clusters/NAME". */
	base: string;
	/** `readonly`: no controls, of the dashboard or for this viewer. */
	config: Pick<DashboardConfig, "title" | "theme" | "refreshIntervalMs" | "readonly" | "customCss" | "logoUrl">;
	/** The viewer's choice (cookie `theme`), else the config's. */
	theme: ThemeOrSystem;
	/** For inline scripts and styles under the Content-Security-Policy. */
	nonce: string;
	/** Who has signed in; absent where nobody has to. */
	user?: { name: string; role: Role; via: Via };
	/** It is read-only because nobody signs in. */
	lacksSignIn?: boolean;
	connect: ConnectHelp;
}

/** What a page needs that says how a bridge connects. */
export interface ConnectHelp {
	/** The dashboard's own, as this reader reaches it. */
	origin: string;
	/** It accepts no bridge: nobody has given it a token. */
	lacksToken?: boolean;
}

export interface AuditData extends AuditPage {
	/** The filter is drawn with it. */
	query: AuditQuery;
}

export interface ViewedPage extends PageContext {
	/** Time range and selection, read from the URL. */
	view: PageView;
	/** The address's parameters, "" or with `?`. */
	search: string;
	/** Of the page `audit`: what it shows, and what was asked for. */
	audit?: AuditData;
}
/** Names the build: another where any file of the browser's is another. */
export const build: string;
/** @returns JSON of what the page is drawn from, for a page that is open and looks at something else. */
export function pageData(page: string, data: Required<PageData>, context: ViewedPage): string;
/** @returns a whole HTML document with the data inside. `data.queries` and `data.snapshot` are there. */
export function renderPage(page: string, data: Required<PageData>, context: ViewedPage): string;
/** @returns the document of a custom widget's frame, `html` in it as it is: only under the policy of such frames. */
export function renderWidget(html: string, at: number, context: PageContext): string;
/** @returns a whole HTML document for what went wrong: no such page, no such cluster, our fault. */
export function renderProblem(problem: Problem, context: PageContext): string;

export interface SignInForm {
	/** A path of this site, opened after signing in. */
	next: string;
	/** The user name that was entered, to be tried again. */
	user: string;
	/** Why it did not work. */
	refusal?: string;
}
/** @returns a whole HTML document that asks for user and password. It needs no script. */
export function renderSignIn(form: SignInForm, context: PageContext): string;

export interface TokensForm {
	tokens: Token[];
	/** Just made: its text is never shown again. */
	minted?: { name: string; text: string };
	/** Why none was made. */
	refusal?: string;
}
/** @returns a whole HTML document with the tokens and a form for another. It needs no script. */
export function renderTokens(form: TokensForm, context: PageContext): string;
