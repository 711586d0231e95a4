/** What every widget is given. */
import type { WidgetSpec } from "../../colony-bridge/protocol/layout.ts";

export type SpecOf<K extends WidgetSpec["kind"]> = Extract<WidgetSpec, { kind: K }>;

/** @param index where the widget's answer stands among the page's answers */
export interface WidgetProps<K extends WidgetSpec["kind"] = WidgetSpec["kind"]> {
	spec: SpecOf<K>;
	index: number;
}
