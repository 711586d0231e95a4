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
