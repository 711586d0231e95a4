/** Functions of single values: arithmetic, trigonometry, bounds, rounding. */
import type { ValueFunction } from "../values.ts";

export const MATH = {
	abs: Math.abs,
	ceil: Math.ceil,
	floor: Math.floor,
	exp: Math.exp,
	sqrt: Math.sqrt,
	ln: Math.log,
	log2: Math.log2,
	log10: Math.log10,
	sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
	sin: Math.sin,
	cos: Math.cos,
	tan: Math.tan,
	asin: Math.asin,
	acos: Math.acos,
	atan: Math.atan,
	sinh: Math.sinh,
	cosh: Math.cosh,
	tanh: Math.tanh,
	asinh: Math.asinh,
	acosh: Math.acosh,
	atanh: Math.atanh,
	deg: (value) => (value * 180) / Math.PI,
	rad: (value) => (value * Math.PI) / 180,
	/** Halves up. The inverse of the interval loses less than the interval. */
	round: (value, [interval = 1]) => {
		const inverse = 1 / interval;
		return Math.floor(value * inverse + 0.5) / inverse;
	},
} satisfies Record<string, ValueFunction>;
