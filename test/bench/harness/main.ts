/** `npm run bench [-- name ... --option ...]`: runs the benches one after the other, each figure a JSON line on standard output. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type Bench, type Figure, rounded } from "./figure.ts";

const folder = join(import.meta.dirname, "..");
const names = readdirSync(folder)
	.filter((file) => file.endsWith(".ts"))
	.map((file) => basename(file, ".ts"));

const words = process.argv.slice(2);
/** A bench's own file says which it knows. */
const options = new Set(words.filter((word) => word.startsWith("--")));
const asked = words.filter((word) => !word.startsWith("--"));
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
	console.error(`no bench "${unknown[0]}"; there are ${names.join(", ")}`);
	process.exit(2);
}

for (const bench of asked.length > 0 ? asked : names) {
	try {
		const { run } = (await import(join(folder, `${bench}.ts`))) as Bench;
		for await (const { value, reference, ...figure } of run(options)) {
			const line: Figure = {
				bench,
				...figure,
				value: rounded(value),
				...(reference && { reference: { name: reference.name, value: rounded(reference.value) } }),
			};
			console.log(JSON.stringify(line));
		}
	} catch (error) {
		console.error(`bench ${bench} failed:`, error);
		process.exitCode = 1;
	}
}
