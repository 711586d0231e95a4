import { createMemo, createSignal, type JSX, Show, untrack } from "solid-js";
import type { ErrorGroupRow, Hits } from "../../../colony-bridge/protocol/query/rows.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import { Line, Lines } from "../../components/Lines.tsx";
import { TaskLink } from "../../components/Links.tsx";
import { OnDemand } from "../../components/OnDemand.tsx";
import { Panel, Shown } from "../../components/Panel.tsx";
import { Ago, Begin } from "../../components/Time.tsx";
import { count } from "../../format/number.ts";
import { useAnswer, usePage } from "../../page/context.tsx";
import { createStableRows } from "../../table/rows.ts";

/** Stacks that are asked for at a time: those of the groups opened last. */
const STACKS = 20;

const listed = ({ names, total, atLeast }: Hits): string =>
	names.join(", ") + (total > names.length ? ` and ${total - names.length}${atLeast ? "+" : ""} more` : "");

/**
 * The page's errors by kind, those that came last first as of when the list was drawn. A kind that is new waits at the end, and the reader
 * brings it up: a flow of errors moves nothing.
 */
export function ErrorGroups(props: { class: string }): JSX.Element {
	const page = usePage();
	const groups = useAnswer("errorGroups");
	const [order, setOrder] = createSignal(0);
	const held = createStableRows(
		() => groups().rows,
		() => true,
		order,
		true,
	);
	/** Kinds when the order was taken. */
	const before = createMemo(() => {
		order();
		return untrack(() => groups().rows.length);
	});
	const fresh = () => held().rows.length - before();
	let box!: HTMLElement;
	const bringUp = () => {
		setOrder(order() + 1);
		box.scrollTop = 0;
	};
	const show = (id: string) => {
		const query = page.data.queries().errorGroups as { kind: "errorGroups"; limit: number; stacks?: string[] };
		page.data.ask("errorGroups", { ...query, stacks: [id, ...(query.stacks ?? [])].slice(0, STACKS) });
	};
	return (
		<Panel
			title="Errors"
			class={props.class}
			note={
				<>
					<Shown of={groups()} one="kind" />
					<Show when={fresh() > 0}>
						{" "}
						<button type="button" class="new-kinds" on:click={bringUp}>
							{fresh()} new ↑
						</button>
					</Show>
				</>
			}
		>
			<Lines label="Errors" rows={held().rows} ref={(element) => (box = element)}>
				{(row) => (
					<Line
						class="error-line"
						side={
							<>
								<strong>{count(row.count)}</strong>
								<Sparkline values={trendOf(row.counts, page.time.now())} rate />
								<Ago at={row.lastAt} />
								<span class="quiet">
									since <Begin at={row.firstAt} />
								</span>
							</>
						}
					>
						<p class="error-message">{[row.type, row.text].filter(Boolean).join(": ")}</p>
						<Where of={row} />
						<Example of={row} opened={() => show(row.id)} />
					</Line>
				)}
			</Lines>
		</Panel>
	);
}

const trendOf = ({ until, step, values }: ErrorGroupRow["counts"], now: number): number[] => {
	const passed = Math.max(0, Math.ceil((now - until) / step));
	return values.map((_, i) => values[i + passed] ?? 0);
};

function Where(props: { of: ErrorGroupRow }): JSX.Element {
	const { input } = usePage();
	// A worker's page is about it alone.
	const named = () => (input.page.startsWith("workers/") ? [props.of.tasks] : [props.of.tasks, props.of.workers]);
	const text = () => named().map(listed).filter(Boolean).join(" on ");
	return (
		<p class="quiet error-where" title={text()}>
			<Show when={props.of.sample.task} fallback={text()}>
				{(task) => (
					<TaskLink id={task()} class="">
						{text()}
					</TaskLink>
				)}
			</Show>
		</p>
	);
}

/** One error whole. What is open stays as it is: another takes its place once it is closed. */
function Example(props: { of: ErrorGroupRow; opened: () => void }): JSX.Element {
	const [open, setOpen] = createSignal(false);
	const sample = createMemo<ErrorGroupRow["sample"]>((held) => {
		const { sample } = props.of;
		return held && open() && held.stack !== undefined ? held : { ...sample };
	});
	return (
		<OnDemand
			summary="Example"
			text={[sample().message, sample().stack].filter(Boolean).join("\n\n")}
			opened={props.opened}
			toggled={setOpen}
		/>
	);
}
