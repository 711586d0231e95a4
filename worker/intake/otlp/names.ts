/** Names of OpenTelemetry as Prometheus translates them by default: underscores for other characters, and units and `_total` at the end. */

/** UCUM's words of a unit, and the field's. */
const UNITS = new Map([
	["d", "days"],
	["h", "hours"],
	["min", "minutes"],
	["s", "seconds"],
	["ms", "milliseconds"],
	["us", "microseconds"],
	["ns", "nanoseconds"],
	["By", "bytes"],
	["KiBy", "kibibytes"],
	["MiBy", "mebibytes"],
	["GiBy", "gibibytes"],
	["TiBy", "tibibytes"],
	["KBy", "kilobytes"],
	["MBy", "megabytes"],
	["GBy", "gigabytes"],
	["TBy", "terabytes"],
	["m", "meters"],
	["V", "volts"],
	["A", "amperes"],
	["J", "joules"],
	["W", "watts"],
	["g", "grams"],
	["Cel", "celsius"],
	["Hz", "hertz"],
	["1", ""],
	["%", "percent"],
]);
/** The same after a slash: `By/s` is bytes per second. */
const PER_UNITS = new Map([
	["s", "second"],
	["m", "minute"],
	["h", "hour"],
	["d", "day"],
	["w", "week"],
	["mo", "month"],
	["y", "year"],
]);

/** Text in braces is an annotation and no unit. */
function unitWords(unit: string): [main: string, per: string] {
	const [main = "", per = ""] = unit.split(/\/(.*)/s).map((part) => part.trim());
	const word = (part: string, known: ReadonlyMap<string, string>) => (/[{}]/.test(part) ? "" : (known.get(part) ?? part));
	return [clean(word(main, UNITS)), clean(word(per, PER_UNITS))];
}

const clean = (word: string): string => tokens(word).join("_");

/** The parts of a name that have characters a name may have. */
const tokens = (name: string): string[] => name.split(/[^A-Za-z0-9:]+/).filter(Boolean);

/** A unit in the field's words: `seconds`, `bytes_per_second`. */
export function unitName(unit: string): string {
	const [main, per] = unitWords(unit);
	return per === "" ? main : `${main === "" ? "" : `${main}_`}per_${per}`;
}

/** @param kind what its end says. @returns "" where nothing is left of it. */
export function otlpMetricName(name: string, unit: string, kind: "counter" | "gauge" | "other"): string {
	let words = tokens(name);
	const [main, per] = unitWords(unit);
	if (main !== "" && !words.includes(main)) words.push(main);
	if (per !== "" && !words.includes(`per_${per}`)) words.push(`per_${per}`);
	const end = kind === "counter" ? "total" : kind === "gauge" && unit === "1" ? "ratio" : undefined;
	if (end !== undefined) words = [...words.filter((word) => word !== end), end];
	return words.join("_").replace(/^(?=[0-9])/, "_");
}

/** @returns "" where nothing is left of it. */
export function otlpLabelName(name: string): string {
	if (/^__[A-Za-z0-9_]+__$/.test(name)) return name;
	const plain = name.replace(/[^A-Za-z0-9_]/g, "_").replace(/_+/g, "_");
	return plain === "_" ? "" : plain.replace(/^(?=[0-9])/, "key_");
}
