/** The grammar of Prometheus' own editor, and a walk over its trees. */
import { parser } from "@prometheus-io/lezer-promql";

export type Tree = ReturnType<typeof parser.parse>["topNode"];

/** Gives up where it cannot read on: going on as well as it can takes long, and a text may have faults only. */
const strict = parser.configure({ strict: true });
/** Characters of a query in which the place of a fault is found by reading on. */
const SHORT = 1000;

/** The tree, with the depth of nodes in one another; or the first place that cannot be read, and what was being read there. */
export type Reading = { root: Tree; depth: number } | { fault: number; reading: string };

export function read(text: string): Reading {
	try {
		const tree = strict.parse(text);
		return { root: tree.topNode, depth: depthOf(tree) };
	} catch (error) {
		const [, at] = /^No parse at (\d+)$/.exec((error as Error).message) ?? [];
		if (at === undefined) throw error;
		return (text.length <= SHORT && faultOf(text)) || { fault: Number(at), reading: "" };
	}
}

function depthOf(tree: ReturnType<typeof parser.parse>): number {
	let [depth, most] = [0, 0];
	tree.iterate({
		enter: () => {
			most = Math.max(most, ++depth);
		},
		leave: () => {
			depth--;
		},
	});
	return most;
}

function faultOf(text: string): Reading | undefined {
	const cursor = parser.parse(text).cursor();
	do {
		if (cursor.type.isError) return { fault: cursor.from, reading: cursor.node.parent?.name ?? "" };
	} while (cursor.next());
	return undefined;
}

export function childrenIn(node: Tree): Tree[] {
	const children: Tree[] = [];
	for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== "LineComment") children.push(child);
	return children;
}
