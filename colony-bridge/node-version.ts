/** @returns the requirement, if this Node is too old. */
export function olderNode(): string | undefined {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	if (major > 22 || (major === 22 && minor >= 13)) return undefined;
	return `hiveframe-dashboard runs on Node 22.13 or newer, this is ${process.versions.node}: install a newer Node`;
}
