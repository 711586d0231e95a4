/** Numbers as Go writes them: in labels made from values, in queries, in answers. */

/** Shortest digits that read back the same, and the power of ten of the first. */
function digitsOf(value: number): { sign: string; digits: string; exponent: number } {
	const [mantissa, exponent] = Math.abs(value).toExponential().split("e") as [string, string];
	return { sign: value < 0 || Object.is(value, -0) ? "-" : "", digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function special(value: number): string | undefined {
	if (Number.isNaN(value)) return "NaN";
	if (value === Number.POSITIVE_INFINITY) return "+Inf";
	return value === Number.NEGATIVE_INFINITY ? "-Inf" : undefined;
}

/** Without an exponent, however long: `1000000`, `0.000001`. */
export function fixedText(value: number): string {
	const word = special(value);
	if (word !== undefined) return word;
	const { sign, digits, exponent } = digitsOf(value);
	if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
	const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
	const part = digits.slice(exponent + 1);
	return part === "" ? sign + whole : `${sign}${whole}.${part}`;
}

/** With an exponent where it is less than -4, or `most` or more: `1e+06`. */
export function generalText(value: number, most = 6): string {
	const word = special(value);
	if (word !== undefined) return word;
	const { sign, digits, exponent } = digitsOf(value);
	if (value === 0 || (exponent >= -4 && exponent < Math.max(most, 1))) return fixedText(value);
	const part = digits.length > 1 ? `.${digits.slice(1)}` : "";
	const size = Math.abs(exponent).toString().padStart(2, "0");
	return `${sign}${digits[0]}${part}e${exponent < 0 ? "-" : "+"}${size}`;
}
