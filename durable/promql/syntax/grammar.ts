/** The grammar of Prometheus' own editor, and a walk over its trees. */
import { parser } from "@prometheus-io/lezer-promql";

export type Tree = ReturnType<typeof parser.parse>["topNode"];

/** A text as the grammar reads it, which recovers from whatever it cannot read. */
export interface Reading {
	root: Tree;
	/** The first place that it could not read, and what it was reading there. */
	fault?: { at: number; reading: string };
	/** Of nodes in one another. */
	depth: number;
}

export function read(text: string): Reading {
	const tree = parser.parse(text);
	const reading: Reading = { root: tree.topNode, depth: 0 };
	let depth = 0;
	tree.iterate({
		enter: ({ type, from, node }) => {
			reading.depth = Math.max(reading.depth, ++depth);
			if (type.isError) reading.fault ??= { at: from, reading: node.parent?.name ?? "" };
		},
		leave: () => {
			depth--;
		},
	});
	return reading;
}

export function childrenIn(node: Tree): Tree[] {
	const children: Tree[] = [];
	for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== "LineComment") children.push(child);
	return children;
}
