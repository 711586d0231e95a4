import { createMemo, For, type JSX, Show } from "solid-js";
import type { OperatorRow } from "../../../colony-bridge/protocol/query/rows.ts";
import { StatusLabel } from "../../components/Glyph.tsx";
import { MiddleCut } from "../../components/MiddleCut.tsx";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { compact, count, counted, quantity, total } from "../../format/number.ts";
import { UrlLink } from "../../view/UrlLink.tsx";
import { BOTTLENECK, pressed, pressureStatus } from "../streaming/pressure.ts";
import { layered, MOST_LINES, type Place } from "./graph.ts";

/**
 * The job graph in layers, side by side or, if narrow, stacked. Layers divide their height evenly, so edges need no measuring.
 * @param chosen id of the operator whose subtasks are listed
 */
export function Graph(props: { operators: readonly OperatorRow[]; chosen: string | undefined }): JSX.Element {
	// The layout changes with the operators only, not with every push.
	const shape = createMemo(() => JSON.stringify(props.operators.map(({ id, inputs }) => ({ id, inputs }))));
	const graph = createMemo(() => layered(JSON.parse(shape()) as { id: string; inputs?: string[] }[]));
	const byId = createMemo(() => new Map(props.operators.map((operator) => [operator.id, operator])));
	const nameOf = (id: string) => byId().get(id)?.name ?? id;
	return (
		<ScrollBox class="graph-box" label="Graph of operators">
			<ol class="graph">
				<For each={graph().layers}>
					{(layer, i) => (
						<>
							<Show when={graph().layers[i() - 1]}>
								{(before) => <Edges from={before().length} to={layer} into={(id) => byId().get(id)?.inPerSecond} />}
							</Show>
							<li class="graph-layer">
								<ul>
									<For each={layer}>
										{(place) => (
											<Show when={place.operator !== undefined && byId().get(place.operator)} fallback={<Passing />}>
												{(operator) => (
													<Operator
														operator={operator()}
														feeders={listed(operator().inputs ?? [], nameOf)}
														chosen={operator().id === props.chosen}
													/>
												)}
											</Show>
										)}
									</For>
								</ul>
							</li>
						</>
					)}
				</For>
			</ol>
			<Show when={graph().back.length > 0}>
				<p class="quiet graph-back">Feeds back: {listed(graph().back, ([from, to]) => `${nameOf(from)} to ${nameOf(to)}`)}</p>
			</Show>
			<Show when={graph().undrawn > 0}>
				<p class="quiet graph-back">
					Not drawn: {counted(graph().undrawn, "connection")}, which would take more than {count(MOST_LINES)} lines.
				</p>
			</Show>
		</ScrollBox>
	);
}

/** Maximum names in a small place; the others are counted. */
const MOST_LISTED = 20;

function listed<T>(all: readonly T[], name: (one: T) => string): string {
	const names = all.slice(0, MOST_LISTED).map(name).join(", ");
	return all.length > MOST_LISTED ? `${names} and ${count(all.length - MOST_LISTED)} more` : names;
}

/** `12.3k/s`: as short as an edge. */
const perSecond = (records: number): string => `${compact(records, records, 3)}/s`;

/**
 * The edges into a layer, for both directions; CSS shows the one that fits.
 * @param into records per second into an operator, told at its arrow
 */
function Edges(props: { from: number; to: readonly Place[]; into: (operator: string) => number | undefined }): JSX.Element {
	const rate = ({ operator = "" }: Place) => {
		const records = props.into(operator);
		return records === undefined ? "" : perSecond(records);
	};
	const middle = (place: number) => `${(100 * (place + 0.5)) / props.to.length}%`;
	const lines = () =>
		props.to.flatMap(({ from }, to) =>
			from.map((start) => ({ a: (100 * (start + 0.5)) / props.from, b: (100 * (to + 0.5)) / props.to.length })),
		);
	return (
		<li class="graph-edges" aria-hidden="true">
			<svg class="graph-lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
				<For each={lines()}>
					{({ a, b }) => (
						<>
							<path class="edge-across" d={`M0 ${a}C50 ${a} 50 ${b} 100 ${b}`} />
							<path class="edge-down" d={`M${a} 0C${a} 50 ${b} 50 ${b} 100`} />
						</>
					)}
				</For>
			</svg>
			{/* Not stretched with the edges. */}
			<svg class="edge-ends" aria-hidden="true">
				<For each={props.to}>
					{(place, i) => (
						<Show when={place.operator !== undefined && place.from.length > 0}>
							<svg class="edge-across" x="100%" y={middle(i())} overflow="visible" aria-hidden="true">
								<path d="M-8-4.5 0 0-8 4.5z" />
								<text x="-10" y="-6" text-anchor="end">
									{rate(place)}
								</text>
							</svg>
							<svg class="edge-down" x={middle(i())} y="100%" overflow="visible" aria-hidden="true">
								<path d="M-4.5-8 0 0 4.5-8z" />
								<text x="8" y="-8">
									{rate(place)}
								</text>
							</svg>
						</Show>
					)}
				</For>
			</svg>
		</li>
	);
}

/** An edge that passes this layer. */
function Passing(): JSX.Element {
	return (
		<li class="graph-place" aria-hidden="true">
			<svg class="graph-passing" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
				<path class="edge-across" d="M0 50H100" />
				<path class="edge-down" d="M50 0V100" />
			</svg>
		</li>
	);
}

/** One text, so that a change of its length moves nothing. */
const work = ({ subtasks, inPerSecond, outPerSecond, recordsIn, recordsOut }: OperatorRow): string =>
	counted(subtasks, "subtask") + records(inPerSecond, recordsIn?.sum, "in") + records(outPerSecond, recordsOut?.sum, "out");

/** Per second, or the total until that is known. */
function records(rate: number | undefined, sum: number | undefined, way: "in" | "out"): string {
	if (rate !== undefined) return `, ${perSecond(rate)} ${way}`;
	return sum === undefined ? "" : `, ${total(sum)} ${way}`;
}

const percent = (share: number) => quantity(share, "ratio");

function Operator(props: { operator: OperatorRow; feeders: string; chosen: boolean }): JSX.Element {
	const pressure = () => ({ busy: props.operator.busy?.max, backPressured: props.operator.backPressured?.max });
	return (
		<li class="graph-place">
			<UrlLink
				class={`operator pressed-${pressed(pressure())}${props.operator.bottleneck ? " operator-bottleneck" : ""}`}
				changes={{ operator: props.operator.id.toWellFormed() }}
				to="subtasks"
				current={props.chosen}
				title={`${props.operator.name}: its subtasks`}
			>
				<strong class="cut">
					<MiddleCut text={props.operator.name} />
				</strong>
				<StatusLabel mark={props.operator.bottleneck ? BOTTLENECK : pressureStatus(pressure())} />
				<span class="operator-shares">
					<Show when={props.operator.busy}>{(busy) => <span>busy {percent(busy().max)}</span>}</Show>
					<Show when={props.operator.backPressured}>{(held) => <span>back-pressured {percent(held().max)}</span>}</Show>
					<Show when={props.operator.bufferFill}>{(fill) => <span>buffer {percent(fill().max)}</span>}</Show>
				</span>
				<span class="quiet cut">{work(props.operator)}</span>
				<Show when={props.feeders}>
					<span class="hidden">fed by {props.feeders}</span>
				</Show>
			</UrlLink>
		</li>
	);
}
