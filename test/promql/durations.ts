/** Durations of Prometheus' test language. */

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

/** `1h30m`, `0`, with a sign too. @returns ms */
export function parseDuration(text: string): number {
	if (!/^[+-]?(0|([0-9]+(ms|[smhdwy]))+)$/.test(text)) throw new Error(`not a duration: ${text}`);
	let ms = 0;
	for (const [, count, unit] of text.matchAll(/([0-9]+)(ms|[smhdwy])/g)) ms += Number(count) * (UNITS[unit ?? ""] ?? 0);
	return text.startsWith("-") ? -ms : ms;
}

const OFFSET = /^([+-]?[0-9]+(?:ms|[smhdwy])?)(?:([+-][0-9]+(?:ms|[smhdwy])?))?(?:x([0-9]+))?$/;

/** Start times of a line `series@st -30s-1mx2 _`. @returns ms from each sample to its start, undefined where it has none */
export function parseStartOffsets(text: string): (number | undefined)[] {
	const offsets: (number | undefined)[] = [];
	for (const item of text.split(/\s+/).filter(Boolean)) {
		const blank = /^_(?:x([0-9]+))?$/.exec(item);
		if (blank) {
			for (let i = 0; i < Number(blank[1] ?? 1); i++) offsets.push(undefined);
			continue;
		}
		const [whole, first, step, times] = OFFSET.exec(item) ?? [];
		if (whole === undefined) throw new Error(`not a start time: ${item}`);
		let offset = parseDuration(first ?? "");
		for (let i = 0; i <= Number(times ?? 0); i++) {
			offsets.push(offset);
			offset += step === undefined ? 0 : parseDuration(step);
		}
	}
	return offsets;
}
