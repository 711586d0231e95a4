import { For, type JSX, Show } from "solid-js";
import { metricText } from "../format/metric-text.ts";
import { metricWords } from "../format/number.ts";
import { relative } from "../format/time.ts";
import { usePage } from "../page/context.tsx";

/** As many as fit two lines of a table. */
const MOST = 6;

/** A row's numbers that have no column of their own, by their metrics' names. */
export function OtherNumbers(props: {
	values: Record<string, number>;
	stale?: Record<string, number> | undefined;
	besides: ReadonlySet<string>;
}): JSX.Element {
	const names = () => Object.keys(props.values).filter((name) => !props.besides.has(name));
	const page = usePage();
	const number = (name: string) => {
		const at = props.stale && Object.hasOwn(props.stale, name) ? props.stale[name] : undefined;
		return (
			metricText(name, props.values[name] ?? Number.NaN, page.time.now) + (at === undefined ? "" : `, ${relative(at, page.time.now())}`)
		);
	};
	const rest = () => names().slice(MOST);
	return (
		<Show when={names().length > 0} fallback={<span class="quiet">–</span>}>
			<span class="others">
				<For each={names().slice(0, MOST)}>
					{(name) => (
						<span class="other">
							<span class="quiet">{metricWords(name)}</span> {number(name)}
						</span>
					)}
				</For>
				<Show when={rest().length > 0}>
					<span
						class="quiet"
						title={rest()
							.map((name) => `${metricWords(name)} ${number(name)}`)
							.join("\n")}
					>
						and {rest().length} more
					</span>
				</Show>
			</span>
		</Show>
	);
}
