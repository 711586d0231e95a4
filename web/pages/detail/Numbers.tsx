import { For, type JSX, Show } from "solid-js";
import { parseSelector, seriesKey } from "../../../colony-bridge/protocol/wire/selector.ts";
import { Empty, Panel } from "../../components/Panel.tsx";
import { Ago } from "../../components/Time.tsx";
import { metricText } from "../../format/metric-text.ts";
import { counted } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";

/** All metrics of a worker or stream, with links to their graphs. */
export function Numbers(props: {
	of: "worker" | "stream";
	id: string;
	values: Record<string, number>;
	stale: Record<string, number>;
}): JSX.Element {
	const page = usePage();
	const names = () => Object.keys(props.values).sort();
	const graph = (name: string) => {
		const { name: metric = name, labels = {} } = parseSelector(name) ?? {};
		return page.links.hrefWith("/metrics", { q: seriesKey(metric, { ...labels, [props.of]: props.id }).toWellFormed() });
	};
	return (
		<Panel title="All metrics" class="whole" note={`${counted(names().length, "series", "series")}, each leads to its graph in Metrics`}>
			<Show when={names().length > 0} fallback={<Empty>The {props.of} has reported no numbers in the last minutes.</Empty>}>
				<dl class="numbers">
					<For each={names()}>
						{(name) => (
							<div>
								<dt>
									<a class="mono cut worker-link" title={name} href={graph(name)}>
										{name}
									</a>
								</dt>
								<dd>
									{metricText(name, props.values[name] ?? Number.NaN, page.time.now)}
									<Show when={Object.hasOwn(props.stale, name) && props.stale[name]}>
										{(at) => (
											<small class="quiet">
												{" "}
												<Ago at={at()} />
											</small>
										)}
									</Show>
								</dd>
							</div>
						)}
					</For>
				</dl>
			</Show>
		</Panel>
	);
}
