/**
 * Lays out a job graph in layers, left to right as records flow (Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical
 * system structures", 1981): an operator is one layer after the last of its inputs, an edge across layers has a place in each of them, and
 * a layer is ordered by the mean position of its inputs. The layout is deterministic.
 */

export interface GraphNode {
	id: string;
	inputs?: readonly string[] | undefined;
}

/** A place of a layer: an operator, or an edge that passes (no operator). */
export interface Place {
	operator: string | undefined;
	/** Places of the previous layer that lead here. */
	from: number[];
}

export interface Layered {
	layers: Place[][];
	/** Backward edges, which are not drawn. */
	back: [from: string, to: string][];
	/** Number of edges if there are more lines than {@link MOST_LINES}: none is drawn. */
	undrawn: number;
}

/** Maximum lines between layers: an edge has one per layer that it crosses, which is cubic for complete graphs. */
export const MOST_LINES = 3000;

/** @param nodes with unique ids; unknown inputs are ignored */
export function layered(nodes: readonly GraphNode[]): Layered {
	const known = new Set(nodes.map(({ id }) => id));
	const edges: [from: string, to: string][] = nodes.flatMap(({ id, inputs = [] }) =>
		[...new Set(inputs)].filter((input) => known.has(input)).map((input): [string, string] => [input, id]),
	);
	const { depth, forward, back } = depths(nodes, edges);
	const lines = forward.reduce((sum, [from, to]) => sum + (depth.get(to) as number) - (depth.get(from) as number), 0);
	const drawn = lines > MOST_LINES ? [] : forward;
	const layers: Placed[][] = Array.from({ length: Math.max(0, ...depth.values()) + (nodes.length > 0 ? 1 : 0) }, () => []);
	const placeOf = new Map<string, Placed>();
	for (const { id } of nodes) {
		const place: Placed = { operator: id, feeders: [], at: 0 };
		placeOf.set(id, place);
		layers[depth.get(id) as number]?.push(place);
	}
	for (const [from, to] of drawn) {
		let feeder = placeOf.get(from) as Placed;
		for (let layer = (depth.get(from) as number) + 1; layer < (depth.get(to) as number); layer++) {
			const passing: Placed = { operator: undefined, feeders: [feeder], at: 0 };
			layers[layer]?.push(passing);
			feeder = passing;
		}
		placeOf.get(to)?.feeders.push(feeder);
	}
	for (const layer of layers) order(layer);
	return {
		layers: layers.map((layer) => layer.map(({ operator, feeders }) => ({ operator, from: feeders.map(({ at }) => at) }))),
		back,
		undrawn: forward.length - drawn.length,
	};
}

interface Placed {
	operator: string | undefined;
	feeders: Placed[];
	at: number;
}

/** Orders by the mean position of inputs; operators without inputs keep their positions. */
function order(layer: Placed[]): void {
	const mean = (place: Placed, i: number) =>
		place.feeders.length === 0 ? i : place.feeders.reduce((sum, { at }) => sum + at, 0) / place.feeders.length;
	const means = new Map(layer.map((place, i) => [place, mean(place, i)]));
	layer.sort((a, b) => (means.get(a) as number) - (means.get(b) as number));
	for (const [i, place] of layer.entries()) place.at = i;
}

/** Longest path from a source (Kahn's order). In a cycle the first reported operator comes first, and its inputs become backward edges. */
function depths(nodes: readonly GraphNode[], edges: readonly (readonly [string, string])[]) {
	const inputs = Map.groupBy(edges, ([, to]) => to);
	const outputs = Map.groupBy(edges, ([from]) => from);
	const waiting = new Map(nodes.map(({ id }) => [id, inputs.get(id)?.length ?? 0]));
	const depth = new Map<string, number>();
	const forward: [string, string][] = [];
	const back: [string, string][] = [];
	const ready = nodes.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id);
	let next = 0;
	while (depth.size < nodes.length) {
		while (ready.length > 0 && depth.size < nodes.length) {
			const id = ready.shift() as string;
			if (depth.has(id)) continue;
			let deepest = 0;
			for (const [from] of inputs.get(id) ?? []) {
				const before = depth.get(from);
				if (before === undefined) back.push([from, id]);
				else {
					deepest = Math.max(deepest, before + 1);
					forward.push([from, id]);
				}
			}
			depth.set(id, deepest);
			for (const [, to] of outputs.get(id) ?? []) {
				const left = (waiting.get(to) as number) - 1;
				waiting.set(to, left);
				if (left === 0) ready.push(to);
			}
		}
		while (next < nodes.length && depth.has((nodes[next] as GraphNode).id)) next++;
		const first = nodes[next];
		if (first) ready.push(first.id);
	}
	return { depth, forward, back };
}
