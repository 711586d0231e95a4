/** Bounds a map or set: deletes the entries that were set first. */
export function keepNewest<K>(entries: Map<K, unknown> | Set<K>, most: number): void {
	for (const key of entries.keys()) {
		if (entries.size <= most) return;
		entries.delete(key);
	}
}
