import { type Component, ErrorBoundary, For, type JSX, Show } from "solid-js";
import { widgetAnswer } from "../../../colony-bridge/protocol/pages/pages.ts";
import { Empty, Panel } from "../../components/Panel.tsx";
import { useAnswer, usePage } from "../../page/context.tsx";
import type { WidgetProps } from "../props.ts";
import { type Placed, place } from "./placement.ts";

const bodies = import.meta.glob<Component<WidgetProps>>("../*/widget.tsx", { eager: true, import: "default" });

export function WidgetGrid(): JSX.Element {
	const { widgets } = usePage().input;
	const { rows, columns, flowing } = place(widgets);
	const frame = (placed: Placed) => <WidgetFrame placed={placed} />;
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

/** Confines a widget's failure to its frame. */
function WidgetFrame(props: { placed: Placed }): JSX.Element {
	const { spec, order } = props.placed;
	const query = widgetAnswer(order);
	const { answers } = usePage().data;
	return (
		<div class="widget" data-column={spec.position?.[1]}>
			<Panel title={spec.title || spec.kind} class={`widget-${spec.kind}`}>
				<ErrorBoundary fallback={(error) => <Failed error={error} />}>
					<Show
						when={answers.refusals((name) => name === query)[0]}
						fallback={<Guarded spec={spec} query={query} name={String(order + 1)} />}
					>
						{(why) => <Empty>Not shown: {why()}.</Empty>}
					</Show>
				</ErrorBoundary>
			</Panel>
		</div>
	);
}

/** Catches failures of the first render: the boundary would send the error with its stack to the browser. */
function Guarded(props: Omit<WidgetProps, "answer">): JSX.Element {
	try {
		const { kind } = props.spec;
		const Body = bodies[`../${kind}/widget.tsx`];
		if (!Body) throw new Error(`this dashboard knows no widget of kind "${kind}"`);
		return <Body spec={props.spec} answer={useAnswer(props.query) as WidgetProps["answer"]} query={props.query} name={props.name} />;
	} catch (error) {
		return <Failed error={error} />;
	}
}

function Failed(props: { error: unknown }): JSX.Element {
	return <Empty>This widget cannot be drawn: {props.error instanceof Error ? props.error.message : String(props.error)}</Empty>;
}
