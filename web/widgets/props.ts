/** The properties of every widget. */
import type { WidgetAnswer } from "../../colony-bridge/protocol/pages/pages.ts";
import type { AnswerOf } from "../../colony-bridge/protocol/query/view.ts";
import type { WidgetKind, WidgetQueryKind, WidgetSpecOf } from "../../colony-bridge/protocol/wire/widgets/widgets.ts";

export interface WidgetProps<K extends WidgetKind = WidgetKind> {
	spec: WidgetSpecOf<K>;
	/** The answer to the widget's query; reactive. */
	answer: () => AnswerOf<WidgetQueryKind<K>>;
	/** Name of the query in the page's plan, to replace it. */
	query: WidgetAnswer;
	/** Name in the URL: the widget's number, from 1. */
	name: string;
}
