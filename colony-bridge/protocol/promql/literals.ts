/** Numbers, durations and strings as they are written. */

/** @param text a number without sign, as the tokens have it */
export function numberOf(text: string): number {
	const plain = text.replaceAll("_", "").toLowerCase();
	if (plain === "inf") return Number.POSITIVE_INFINITY;
	if (plain === "nan") return Number.NaN;
	if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
	return Number(plain);
}

const UNITS: [unit: string, ms: number, onlyWhole: boolean][] = [
	["y", 365 * 86_400_000, true],
	["w", 7 * 86_400_000, true],
	["d", 86_400_000, false],
	["h", 3_600_000, false],
	["m", 60_000, false],
	["s", 1000, false],
	["ms", 1, false],
];
const DURATION = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d+)${unit})?`).join("")}$`);

/** Nanoseconds are of 64 bits. */
export const MOST_SECONDS = 2 ** 63 / 1e9;

/** @returns seconds; undefined: units are repeated or out of order */
export function durationOf(text: string): number | undefined {
	const parts = DURATION.exec(text);
	if (!parts || text === "") return undefined;
	return UNITS.reduce((sum, [, ms], i) => sum + Number(parts[i + 1] ?? 0) * ms, 0) / 1000;
}

/** The duration as Prometheus writes it: `1h30m`. */
export function durationText(seconds: number): string {
	if (seconds < 0) return `-${durationText(-seconds)}`;
	let left = Math.trunc(Math.round(seconds * 1e9) / 1e6);
	if (left === 0) return "0s";
	let text = "";
	for (const [unit, ms, onlyWhole] of UNITS) {
		const count = Math.floor(left / ms);
		if (count === 0 || (onlyWhole && left % ms !== 0)) continue;
		text += `${count}${unit}`;
		left -= count * ms;
	}
	return text;
}

const ESCAPED: Record<string, string> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\\": "\\" };
const ESCAPE = /\\(?:([abfnrtv\\'"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.?))/sy;

/** @param text with its quotes: those of `'` and `"` have escapes. @returns the string, or what is wrong with it */
export function unquoted(text: string): { text: string } | { wrong: string } {
	const quote = text[0] as string;
	const inner = text.slice(1, -1);
	if (quote === "`" || !inner.includes("\\")) return { text: inner };
	let result = "";
	/** Bytes of escapes that stand one beside the other: together they are UTF-8. */
	let bytes: number[] = [];
	const flush = () => {
		if (bytes.length > 0) result += new TextDecoder().decode(Uint8Array.from(bytes));
		bytes = [];
	};
	for (let i = 0; i < inner.length; ) {
		if (inner[i] !== "\\") {
			flush();
			result += inner[i++];
			continue;
		}
		ESCAPE.lastIndex = i;
		const [all, letter, octal, hex, short, long, other] = ESCAPE.exec(inner) as unknown as [string, ...(string | undefined)[]];
		i += all.length;
		const byte = octal !== undefined ? Number.parseInt(octal, 8) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
		if (byte !== undefined) {
			if (byte > 255) return { wrong: "an escape of three digits is at most \\377" };
			bytes.push(byte);
			continue;
		}
		flush();
		const code = Number.parseInt(short ?? long ?? "", 16);
		if (letter !== undefined && (letter === quote || ESCAPED[letter] !== undefined)) result += letter === quote ? quote : ESCAPED[letter];
		else if (!Number.isNaN(code)) {
			if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return { wrong: "escape sequence is an invalid Unicode code point" };
			result += String.fromCodePoint(code);
		} else return { wrong: `unknown escape sequence ${JSON.stringify(`\\${letter ?? other ?? ""}`)}` };
	}
	flush();
	return { text: result };
}

const ESCAPES = new Map(Object.entries(ESCAPED).map(([letter, char]) => [char, `\\${letter}`]));

/** In double quotes. */
export function quoted(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
	const escaped = text.replace(/["\\\x00-\x1f\x7f]/g, (char) => {
		if (char === '"') return '\\"';
		return ESCAPES.get(char) ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
	});
	return `"${escaped}"`;
}
