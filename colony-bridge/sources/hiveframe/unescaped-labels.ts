/**
 * HiveFrame writes label values as they are: a quote or a backslash in one breaks the line. Where such a line is one of its own, the values
 * can still be told apart, because a value ends at a quote that a comma with a further label or the closing brace follows.
 */

const LINE = /^(hiveframe_[A-Za-z0-9_:]*)\{(.*)\}([ \t]+[^}]*)$/s;
const NEXT = /",([A-Za-z_][A-Za-z0-9_]*)="/g;

/** @returns the line with its values escaped; undefined where it is none of HiveFrame's or makes no sense that way either. */
export function mendLine(line: string): string | undefined {
	const [, name, inside, rest] = LINE.exec(line) ?? [];
	const first = /^([A-Za-z_][A-Za-z0-9_]*)="/.exec(inside ?? "");
	if (name === undefined || inside === undefined || !first || !inside.endsWith('"')) return undefined;
	const starts = [{ label: first[1] as string, at: first[0].length, before: 0 }];
	for (const match of inside.matchAll(NEXT)) {
		starts.push({ label: match[1] as string, at: match.index + match[0].length, before: match.index });
	}
	const pairs = starts.map(({ label, at }, i) => {
		const value = inside.slice(at, starts[i + 1]?.before ?? inside.length - 1);
		return `${label}="${value.replace(/[\\"]/g, "\\$&")}"`;
	});
	return `${name}{${pairs.join(",")}}${rest}`;
}
