import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { ErrorGroupRow, Hits } from "../../../colony-bridge/protocol/query/rows.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import { OnDemand } from "../../components/OnDemand.tsx";
import { Empty } from "../../components/Panel.tsx";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { Ago, Begin } from "../../components/Time.tsx";
import { count } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";
import { createStableRows } from "../../table/rows.ts";
import { watchUse } from "../../table/viewport.ts";

const listed = ({ names, total, atLeast }: Hits): string =>
	names.join(", ") + (total > names.length ? ` and ${total - names.length}${atLeast ? "+" : ""} more` : "");

/**
 * Errors by kind, latest first. The order changes when a kind appears or disappears and the list is not in use, so that a steady flow of
 * errors moves nothing.
 */
export function ErrorGroups(props: { rows: readonly ErrorGroupRow[] }): JSX.Element {
	const page = usePage();
	const [hand, setHand] = createSignal(false);
	const kinds = createMemo<unknown>((before) => {
		const now = props.rows.map(({ id }) => id).sort();
		return hand() ? before : now.join();
	});
	const held = createStableRows(
		() => props.rows,
		() => true,
		kinds,
		true,
	);
	/** Recently opened groups have their stacks. */
	const show = (id: string) => {
		const query = page.data.queries().errorGroups as { kind: "errorGroups"; limit: number; stacks?: string[] };
		page.data.ask("errorGroups", { ...query, stacks: [id, ...(query.stacks ?? [])].slice(0, 20) });
	};
	const trend = ({ until, step, values }: ErrorGroupRow["counts"]) => {
		const passed = Math.max(0, Math.ceil((page.time.now() - until) / step));
		return values.map((_, i) => values[i + passed] ?? 0);
	};
	return (
		<Show when={held().rows.length > 0} fallback={<Empty>No error has been reported.</Empty>}>
			<ScrollBox class="lines" label="Errors" ref={(box) => watchUse(box, setHand)}>
				<ol>
					<For each={held().rows}>
						{(row) => (
							<li class="line error-line">
								<div class="line-text">
									<p class="error-message">{[row.type, row.text].filter(Boolean).join(": ")}</p>
									<a class="quiet error-where" href={row.sample.task && page.links.task(row.sample.task)}>
										{[row.tasks, row.workers].map(listed).filter(Boolean).join(" on ")}
									</a>
									<OnDemand summary="Example" text={[row.sample.message, row.sample.stack].join("\n\n")} opened={() => show(row.id)} />
								</div>
								<span class="line-side quiet error-times">
									<strong>{count(row.count)}</strong>
									<Sparkline values={trend(row.counts)} rate />
									<Ago at={row.lastAt} />
									<span>
										since <Begin at={row.firstAt} />
									</span>
								</span>
							</li>
						)}
					</For>
				</ol>
			</ScrollBox>
		</Show>
	);
}
