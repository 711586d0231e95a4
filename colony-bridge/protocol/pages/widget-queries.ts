/** The query of each kind of widget. */
import type { QueryInput } from "../query/query.ts";
import type { TableSource, WidgetSpec } from "../wire/layout.ts";

/** Default time range of a query's table. */
export const TABLE_RANGE = "5m";

/** Query of one widget. */
export function widgetQuery(widget: WidgetSpec): QueryInput {
	switch (widget.kind) {
		case "metric":
			return {
				kind: "metrics",
				selectors: [widget.metric],
				range: "15m",
				points: 60,
				fold: "together",
				...(widget.aggregation && { aggregation: widget.aggregation }),
			};
		case "chart":
			return {
				kind: "metrics",
				selectors: widget.metrics,
				range: widget.timeRange,
				// A bar needs some width to be one.
				points: widget.chartType === "bar" ? 40 : 180,
				...(widget.aggregation && { aggregation: widget.aggregation }),
			};
		case "gauge":
			return { kind: "metrics", selectors: [widget.metric], range: "5m", points: 1 };
		case "table":
			return tableQuery(widget.dataSource);
		case "status":
			return { kind: "checks", limit: CHECKS, changes: CHECK_CHANGES, ...(widget.checks.length > 0 && { ids: widget.checks }) };
		case "custom":
			// The frame fetches its own; what changes is asked for while it is in sight.
			return { kind: "html", id: widget.id, content: false };
		case "log":
			return {
				kind: "logs",
				limit: widget.maxLines,
				...(widget.filterLevel && { level: widget.filterLevel }),
				...(widget.sources && { sources: widget.sources }),
			};
	}
}

/** Checks of a status widget, as many as it may name, and changes of each. */
const CHECKS = 200;
const CHECK_CHANGES = 20;

function tableQuery(source: TableSource): QueryInput {
	if (typeof source === "string") return { kind: source === "metrics" ? "series" : source };
	const { metrics, aggregation, timeRange } = source;
	return { kind: "series", selectors: metrics, range: timeRange ?? TABLE_RANGE, ...(aggregation && { aggregation }) };
}
