/** Units as the names of metrics tell them. */

const UNITS = /_(seconds|milliseconds|ms|bytes|kilobytes|megabytes|mb|gigabytes|ratio|percent|celsius|meters|volts|amperes|joules|grams)$/;
/** The field's short words, and ours. */
const LONG = new Map([
	["ms", "milliseconds"],
	["mb", "megabytes"],
]);

/** @param unit as it is told; absent: by the name. */
export function unitOfFamily({ name, unit }: { name: string; unit?: string | undefined }): string | undefined {
	const word = unit || UNITS.exec(name.replace(/_total$/, ""))?.[1];
	return word && (LONG.get(word) ?? word);
}

/** Counts are counts, whatever is counted; an instant is in seconds. @param suffix what a sample's name has after its family's. */
export function unitOfSample(unit: string | undefined, suffix: string): string | undefined {
	if (suffix === "_created") return "seconds";
	return suffix === "_bucket" || suffix === "_count" || suffix === "_gcount" || suffix === "_info" ? undefined : unit;
}
