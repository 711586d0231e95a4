/**
 * `npm run promql-suite -- FOLDER` runs the scripts of a folder: a line of JSON a file, then what is refused and what failed.
 *
 * The scripts are of Prometheus' test language; the engine runs with every experimental function and option on, as Prometheus runs them.
 */
import { relative, resolve } from "node:path";
import { count, runFolder, type Verdict } from "./suite.ts";

const folder = resolve(process.argv[2] ?? "../shared/promql-suite");
const files = runFolder(folder);
for (const { file, verdicts } of files) console.log(JSON.stringify({ file, ...count(verdicts) }));
console.log(JSON.stringify({ file: "all", ...count(files.flatMap(({ verdicts }) => verdicts)) }));

console.log("\nRefused: these read native histograms.\n\n| file | line | query | series |\n|---|---|---|---|");
const cell = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
list(
	"refused",
	(verdict, file) => `| ${file} | ${verdict.line} | ${cell(verdict.query)} | ${verdict.result === "refused" ? cell(verdict.series) : ""} |`,
);

if (files.some(({ verdicts }) => verdicts.some(({ result }) => result === "failed"))) {
	console.log("\nFailed:\n");
	list(
		"failed",
		(verdict, file) =>
			`${relative(process.cwd(), resolve(folder, file))}:${verdict.line} ${verdict.query}\n\t${verdict.result === "failed" ? verdict.why : ""}`,
	);
	process.exitCode = 1;
}

function list(result: Verdict["result"], text: (verdict: Verdict, file: string) => string): void {
	for (const { file, verdicts } of files) for (const verdict of verdicts) if (verdict.result === result) console.log(text(verdict, file));
}
