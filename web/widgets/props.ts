/** The properties of every widget. */
import type { WidgetAnswer } from "../../colony-bridge/protocol/pages/pages.ts";
import type { AnswerOf } from "../../colony-bridge/protocol/query/view.ts";
import type { WidgetKind, WidgetQueryKind, WidgetSpecOf } from "../../colony-bridge/protocol/wire/widgets/widgets.ts";

export interface WidgetProps<K extends WidgetKind = WidgetKind> {
	spec: WidgetSpecOf<K>;
	/** The answer to the widget's query; reading it in a component follows it. */
	answer: () => AnswerOf<WidgetQueryKind<K>>;
	/** The query's name among the page's, to ask another of its kind. */
	query: WidgetAnswer;
	/** Its name in the URL: its number among the page's widgets, from 1. */
	name: string;
}
