/** The fields that have a value; those that are undefined are left out, as `exactOptionalPropertyTypes` asks. */
export function defined<T extends object>(fields: T): Defined<T> {
	const result: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(fields)) if (value !== undefined) result[name] = value;
	return result as Defined<T>;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
	[K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Maps and sets of bounded size: what was set longest ago goes first. */
export function keepNewest<K>(entries: Map<K, unknown> | Set<K>, most: number): void {
	for (const key of entries.keys()) {
		if (entries.size <= most) return;
		entries.delete(key);
	}
}

/** Sets an entry as the newest, also where the key was there before. */
export function setNewest<K, V>(entries: Map<K, V>, key: K, value: V, most = Number.POSITIVE_INFINITY): void {
	entries.delete(key);
	entries.set(key, value);
	keepNewest(entries, most);
}
