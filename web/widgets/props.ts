/** The properties of every widget. */
import type { WidgetAnswer } from "../../colony-bridge/protocol/pages/pages.ts";
import type { WidgetSpec } from "../../colony-bridge/protocol/wire/layout.ts";

export type SpecOf<K extends WidgetSpec["kind"]> = Extract<WidgetSpec, { kind: K }>;

/**
 * @param answer its name among the page's answers
 * @param name what it is called in the page's address: its number among the page's widgets, from 1
 */
export interface WidgetProps<K extends WidgetSpec["kind"] = WidgetSpec["kind"]> {
	spec: SpecOf<K>;
	answer: WidgetAnswer;
	name: string;
}
