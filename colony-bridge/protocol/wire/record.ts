import * as v from "valibot";

/** Names that are known to be right; they may be 200 characters long. */
const REMEMBERED = 1000;

/**
 * An object as a map, any key being one: valibot's own record passes over `constructor`, `prototype` and `__proto__` without a word.
 * Objects made of what comes out of it keep such a key only where it is defined (`Object.fromEntries`, a spread), not assigned.
 * Marked like valibot's own functions: a schema that the browser does not use is left out of its files.
 */
// @__NO_SIDE_EFFECTS__
export function recordOf<V extends v.GenericSchema>(
	key: v.GenericSchema<string>,
	value: V,
	words = "an object is needed",
): v.GenericSchema<Record<string, v.InferInput<V>>, Record<string, v.InferOutput<V>>> {
	const right = new Set<string>();
	const isObject = v.custom<Record<string, v.InferInput<V>>>((input) => typeof input === "object" && input !== null, words);
	const each = v.rawTransform<Record<string, v.InferInput<V>>, Record<string, v.InferOutput<V>>>(({ dataset, addIssue, NEVER }) => {
		const input = dataset.value;
		const outputs: v.InferOutput<V>[] = [];
		let changed = false;
		const names = Object.keys(input);
		for (const name of names) {
			const given = input[name];
			const parsed = value["~run"]({ value: given }, {});
			// Names repeat by the thousand: of the last ones it is known that they are right.
			const parsedName = right.has(name) ? undefined : key["~run"]({ value: name }, {});
			if (parsedName?.issues || parsed.issues) {
				for (const { message, path = [] } of [...(parsedName?.issues ?? []), ...(parsed.issues ?? [])])
					addIssue({ message, path: [{ type: "object", origin: "value", input, key: name, value: given }, ...path] });
			} else if (parsedName) {
				if (right.size >= REMEMBERED) right.clear();
				right.add(name);
			}
			outputs.push(parsed.value as v.InferOutput<V>);
			changed ||= parsed.value !== given;
		}
		if (dataset.issues) return NEVER;
		// A copy of the whole keeps its shape: of very many objects of one shape that takes a fraction of the time and of the memory.
		return changed ? Object.fromEntries(names.map((name, i) => [name, outputs[i] as v.InferOutput<V>])) : { ...input };
	});
	// Key and value are shown, so that a change of their bounds is seen.
	return v.pipe(isObject, Object.assign(each, { key, value }));
}
