import * as v from "valibot";

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
	const isObject = v.custom<Record<string, v.InferInput<V>>>((input) => typeof input === "object" && input !== null, words);
	const each = v.rawTransform<Record<string, v.InferInput<V>>, Record<string, v.InferOutput<V>>>(({ dataset, addIssue, NEVER }) => {
		const input = dataset.value;
		const entries = Object.entries(input).map(([name, said]) => {
			const known = v.safeParse(key, name);
			const taken = v.safeParse(value, said);
			for (const { message, path = [] } of [...(known.issues ?? []), ...(taken.issues ?? [])])
				addIssue({ message, path: [{ type: "object", origin: "value", input, key: name, value: said }, ...path] });
			return [name, taken.output];
		});
		return dataset.issues ? NEVER : Object.fromEntries(entries);
	});
	// Key and value are shown, so that a change of their bounds is seen.
	return v.pipe(isObject, Object.assign(each, { key, value }));
}
