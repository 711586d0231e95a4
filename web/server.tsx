/** Entry of the server's build: renders documents with embedded data. */
import { build } from "virtual:assets";
import type { Component } from "solid-js";
import { renderToString } from "solid-js/web";
import { pageWidgets } from "../colony-bridge/protocol/pages/pages.ts";
import type { PageData } from "../colony-bridge/protocol/pages/plan.ts";
import type { Problem } from "../colony-bridge/protocol/wire/problem.ts";
import { App } from "./app.tsx";
import { GlyphSheet } from "./components/GlyphSheet.tsx";
import { htmlDocument } from "./document.ts";
import { ApiPage } from "./forms/ApiPage.tsx";
import { FleetPage, FOLLOW_FLEET } from "./forms/FleetPage.tsx";
import { SignInPage } from "./forms/SignInPage.tsx";
import { TokensPage } from "./forms/TokensPage.tsx";
import { webManifest } from "./manifest.ts";
import { createPage } from "./page/context.tsx";
import { embed, type PageInput } from "./page/data.ts";
import type * as contract from "./page/pages.d.ts";
import { folderOf, pageTitle } from "./page/titles.ts";
import { PastBand } from "./past/PastBand.tsx";
import { reportDocument } from "./report/document.tsx";
import { ProblemPage } from "./shell/ProblemPage.tsx";
import { troubleOf, verdict } from "./shell/verdict.ts";
import { frameDocument } from "./widgets/custom/frame-document.ts";
import { WidgetGrid } from "./widgets/grid/Grid.tsx";

export { build, webManifest };

const contents = import.meta.glob<Component>("./pages/*/page.tsx", { eager: true, import: "default" });

function inputOf(page: string, data: Required<PageData>, context: contract.ViewedPage): PageInput {
	const { title, theme, logoUrl, refreshIntervalMs, readonly } = context.config;
	return {
		page,
		cluster: context.cluster,
		root: context.root,
		base: context.base,
		view: context.view,
		search: context.search,
		config: { title, theme, refreshIntervalMs, readonly, ...(logoUrl !== undefined && { logoUrl }) },
		theme: context.theme,
		...(context.user && { user: context.user }),
		...(context.lacksSignIn && { lacksSignIn: true }),
		...(data.position === 0 && { connect: context.connect }),
		build,
		position: data.position,
		reported: data.reported,
		queries: data.queries,
		snapshot: data.snapshot,
		widgets: pageWidgets(page, data.layout),
		...(context.audit && { audit: context.audit }),
	};
}

export function pageData(page: string, data: Required<PageData>, context: contract.ViewedPage): string {
	return JSON.stringify(inputOf(page, data, context));
}

export function renderPage(page: string, data: Required<PageData>, context: contract.ViewedPage): string {
	const input = inputOf(page, data, context);
	const folder = folderOf(page, data);
	const Content = contents[`./pages/${folder}/page.tsx`];
	if (!Content) throw new Error(`page ${page} is not part of this build`);
	const state = createPage(input, { widgets: WidgetGrid, pastBand: PastBand });
	const title = pageTitle(page, data.layout);
	return htmlDocument({
		title: `${troubleOf(verdict(state))?.title ?? ""}${title} · ${context.config.title}`,
		description: `${title} of the HiveFrame cluster ${context.cluster}, live.`,
		context,
		body: renderToString(() => <App page={state} content={Content} />),
		glyphs: renderToString(GlyphSheet),
		live: { folders: input.widgets.length > 0 ? [folder, "widgets"] : [folder], data: embed(input) },
	});
}

export const renderWidget = (html: string, at: number, { theme, nonce }: contract.PageContext): string =>
	frameDocument(html, at, theme, nonce);

export const renderReport: typeof contract.renderReport = (report, context) => reportDocument(report, context, build);

export function renderProblem(problem: Problem, context: contract.PageContext): string {
	return htmlDocument({
		title: `${problem.title} · ${context.config.title}`,
		description: problem.title,
		context,
		body: renderToString(() => <ProblemPage problem={problem} context={context} />),
	});
}

export function renderSignIn(form: contract.SignInForm, context: contract.PageContext): string {
	return htmlDocument({
		title: `Sign in · ${context.config.title}`,
		description: "Sign in to see the HiveFrame clusters of this dashboard.",
		context,
		body: renderToString(() => <SignInPage form={form} context={context} />),
	});
}

export function renderTokens(form: contract.TokensForm, context: contract.PageContext): string {
	return htmlDocument({
		title: `Tokens · ${context.config.title}`,
		description: "Tokens that open this dashboard to programs.",
		context,
		body: renderToString(() => <TokensPage form={form} context={context} />),
	});
}

export function renderApi(operations: readonly contract.ApiOperation[], context: contract.PageContext): string {
	return htmlDocument({
		title: `REST API · ${context.config.title}`,
		description: "The REST API of this HiveFrame dashboard.",
		context,
		body: renderToString(() => <ApiPage operations={operations} context={context} />),
	});
}

export function renderFleet(form: contract.FleetForm, context: contract.PageContext): string {
	return htmlDocument({
		title: `Clusters · ${context.config.title}`,
		description: "The HiveFrame clusters of this dashboard.",
		context,
		body: renderToString(() => <FleetPage form={form} context={context} />),
		glyphs: renderToString(GlyphSheet),
		script: FOLLOW_FLEET,
	});
}

// The renderer implements its interface.
({
	build,
	pageData,
	renderApi,
	renderFleet,
	renderPage,
	renderProblem,
	renderReport,
	renderSignIn,
	renderTokens,
	renderWidget,
	webManifest,
}) satisfies typeof contract;
