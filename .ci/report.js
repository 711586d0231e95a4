// Tells each failure of vitest's JSON report in a few lines and closes with the count. Plain JavaScript: it runs on the machine's own Node.
// Arguments: the report's path, then the commands that failed.
import { existsSync, readFileSync } from "node:fs";

const [path, ...commands] = process.argv.slice(2);
const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
let failed = report.numFailedTests;

for (const file of report.testResults) {
	const failures = file.assertionResults.filter((test) => test.status === "failed");
	for (const test of failures) {
		console.log(`FAILED ${file.name} > ${test.fullName}`);
		for (const message of test.failureMessages) console.log(`    ${message.split("\n").slice(0, 12).join("\n    ")}`);
	}
	// A file that could not be loaded has no tests to fail.
	if (file.status === "failed" && failures.length === 0) {
		failed++;
		console.log(`FAILED ${file.name}\n    ${file.message.split("\n").slice(0, 12).join("\n    ")}`);
	}
}
for (const command of commands) console.log(`FAILED ${command}`);
// A command counts where no test has told of it already.
failed += commands.filter((command) => command !== "npm test" || failed === 0).length;
if (report.numPassedTests === 0) {
	console.log("no test was run");
	failed ||= 1;
}
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;
