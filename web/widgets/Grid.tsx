import { type Component, ErrorBoundary, For, type JSX, Show } from "solid-js";
import { Empty, Panel } from "../elements/Panel.tsx";
import { usePage } from "../page-context.tsx";
import { type Placed, place } from "./placement.ts";
import type { WidgetProps } from "./props.ts";
import { WIDGETS } from "./registry.ts";

/** The page's widgets. */
export function WidgetGrid(): JSX.Element {
	const { widgets, widgetsStart } = usePage().input;
	const { rows, columns, flowing } = place(widgets);
	const frame = (placed: Placed) => <WidgetFrame placed={placed} index={widgetsStart + placed.order} />;
	return (
		<Show when={widgets.length > 0}>
			<div class="widgets">
				<For each={rows}>
					{(row) => (
						<div class="widget-row" data-columns={columns}>
							<For each={row}>{frame}</For>
						</div>
					)}
				</For>
				<Show when={flowing.length > 0}>
					<div class="widget-flow" data-count={flowing.length}>
						<For each={flowing}>{frame}</For>
					</div>
				</Show>
			</div>
		</Show>
	);
}

/** A widget that fails says so in its own frame. */
function WidgetFrame(props: { placed: Placed; index: number }): JSX.Element {
	const { spec } = props.placed;
	const Body = WIDGETS[spec.kind] as Component<WidgetProps>;
	return (
		<div class="widget" data-column={spec.position?.[1]}>
			<Panel title={spec.title || spec.kind} class={`widget-${spec.kind}`}>
				<ErrorBoundary fallback={(error) => <Empty>This widget cannot be drawn: {String(error?.message ?? error)}</Empty>}>
					<Body spec={spec} index={props.index} />
				</ErrorBoundary>
			</Panel>
		</div>
	);
}
