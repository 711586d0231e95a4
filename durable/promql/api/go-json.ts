/** Numbers and instants of the API's JSON: values are strings of the fewest digits, instants are seconds. */

export function valueText(value: number): string {
	if (Number.isNaN(value)) return "NaN";
	if (value === Number.POSITIVE_INFINITY) return "+Inf";
	if (value === Number.NEGATIVE_INFINITY) return "-Inf";
	if (value === 0) return Object.is(value, -0) ? "-0" : "0";
	const text = String(value);
	const size = Math.abs(value);
	// Go writes two digits of an exponent at least.
	return size < 1e-6 || size >= 1e21 ? text.replace(/e([+-])(\d)$/, "e$10$2") : text;
}

/** @param at ms, whole. */
export function secondsText(at: number): string {
	const whole = Math.trunc(at / 1000);
	const rest = Math.abs(at - whole * 1000);
	const sign = at < 0 && whole === 0 ? "-" : "";
	return rest === 0 ? `${sign}${whole}` : `${sign}${whole}.${String(rest).padStart(3, "0")}`;
}
