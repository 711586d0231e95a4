/** A report as one HTML document: styles, pictures and data are inside it, and its policy lets nothing else in. */
import { NoHydration, renderToString } from "solid-js/web";
import { type ReportInput, reportAnswers } from "../../colony-bridge/protocol/pages/report-plan.ts";
import { shorten } from "../../colony-bridge/protocol/values/text.ts";
import plot from "../chart/plot.css?inline";
import plotMarks from "../chart/plot-marks.css?inline";
import { GlyphSheet } from "../components/GlyphSheet.tsx";
import series from "../explorer/series.css?inline";
import { escapeHtml } from "../format/html.ts";
import { utc } from "../format/time.ts";
import { createPage, PageProvider } from "../page/context.tsx";
import { embed } from "../page/data.ts";
import type { PageContext } from "../page/pages.d.ts";
import state from "../styles/state.css?inline";
import tokens from "../styles/tokens.css?inline";
import { inOneSentence } from "../view/lazy/sentence.ts";
import { type Bounded, bounded } from "./bounded.ts";
import { Report } from "./Report.tsx";
import own from "./report.css?inline";

/** UTF-8 bytes of a document. */
const MOST_BYTES = 2_000_000;
/** Shares of the room for rows, tried in turn: texts of hostile characters become many times as long. */
const SHARES = [1, 0.5, 0.2, 0.05, 0];

const STYLES = [tokens, state, plot, plotMarks, series, own].join("\n");

export function reportDocument(report: ReportInput, context: PageContext, build: string): string {
	const answers = reportAnswers(report);
	for (const share of SHARES) {
		const text = documentOf(report, bounded(answers, share), context, build);
		if (new TextEncoder().encode(text).length <= MOST_BYTES) return text;
	}
	throw new Error(`the report of ${context.cluster} does not fit into ${MOST_BYTES} bytes without any list`);
}

function documentOf(report: ReportInput, content: Bounded, context: PageContext, build: string): string {
	const { snapshot } = report;
	const { cluster } = content.answers;
	const page = createPage(
		{
			page: "report",
			cluster: context.cluster,
			root: context.root,
			base: context.base,
			view: { range: report.range, ...(snapshot.past && { at: snapshot.at }) },
			search: "",
			config: context.config,
			theme: "system",
			build,
			position: snapshot.position,
			reported: cluster.view.reported,
			queries: { cluster: { kind: "cluster" } },
			snapshot: { ...snapshot, answers: [cluster] },
			widgets: [],
		},
		{},
	);
	// Nothing takes it over in a browser: it needs no marks for that.
	const rendered = renderToString(() => (
		<NoHydration>
			<GlyphSheet />
			<PageProvider page={page}>
				<Report report={report} bounded={content} />
			</PageProvider>
		</NoHydration>
	));
	const body = rendered.replaceAll("<!--$-->", "").replaceAll("<!--/-->", "");
	// For previews of a link.
	const sentence = shorten(
		inOneSentence(cluster.view, (at) => `${utc(at).slice(11, 16)} UTC`),
		200,
	);
	const title = `${cluster.view.colony ?? context.cluster} · ${utc(snapshot.at).slice(0, 19)} UTC · Report`;
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy(context.nonce))}">
<title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta name="referrer" content="no-referrer">
<meta property="og:type" content="article">
<meta property="og:title" content="${escapeHtml(sentence)}">
<meta property="og:description" content="${escapeHtml(`The HiveFrame cluster as of ${utc(snapshot.at).slice(0, 19)} UTC`)}">
<meta name="description" content="${escapeHtml(sentence)}">
<style nonce="${escapeHtml(context.nonce)}">${STYLES}</style>
</head>
<body>
${body}
<script type="application/json" id="report-data">${embed(dataOf(report, content, context))}</script>
</body>
</html>
`;
}

const policy = (nonce: string): string => `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;

/** The same rows, for programs. */
function dataOf({ snapshot, range, run, made }: ReportInput, { answers, cuts, shortened }: Bounded, { cluster }: PageContext): object {
	const iso = (at: number) => new Date(at).toISOString();
	return {
		format: "hiveframe-report",
		version: 1,
		cluster,
		at: iso(snapshot.at),
		...(snapshot.past && { asked: iso(snapshot.past.asked) }),
		made: iso(made),
		range,
		...(run && { run }),
		answers,
		left_out: cuts,
		shortened,
	};
}
