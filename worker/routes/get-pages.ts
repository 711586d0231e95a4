import { BUILT_IN_PAGES, type BuiltInPage } from "../../colony-bridge/protocol/layout.ts";
import type { PagesAnswer } from "../../colony-bridge/protocol/rest.ts";
import { clusterAnswers } from "../cluster-answers.ts";
import { jsonResponse } from "../json-response.ts";
import { withoutQuery } from "../query-parameters.ts";

const TITLES: Record<BuiltInPage, string> = {
	overview: "Overview",
	workers: "Workers",
	tasks: "Tasks",
	streaming: "Streaming",
	metrics: "Metrics",
};

/** Every page there is, with its address, and the widgets a colony has added. */
export const getPages = withoutQuery(async (context) => {
	const { base } = context.cluster;
	const [{ layout }] = await clusterAnswers(context, [{ kind: "layout" }]);
	const answer: PagesAnswer = {
		pages: [
			...BUILT_IN_PAGES.map((name) => ({
				name,
				title: TITLES[name],
				path: name === "overview" ? base || "/" : `${base}/${name}`,
				builtIn: true,
			})),
			...layout.pages.map(({ name, title }) => ({ name, title, path: `${base}/${name}`, builtIn: false })),
		],
		layout,
	};
	return jsonResponse(context.request, answer);
});
