import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A program of `test/bench/programs/` in a fresh process of its own, and the first thing it says. */
export async function startProgram<Report>(name: string, ...args: string[]): Promise<{ child: ChildProcess; report: Report }> {
	const child = fork(join(import.meta.dirname, "../programs", `${name}.ts`), args, { execArgv: ["--expose-gc"] });
	const said = once(child, "message");
	const ended = once(child, "exit").then(([code]) => {
		throw new Error(`program ${name} ended with ${code} before it reported`);
	});
	const [report] = (await Promise.race([said, ended])) as [Report];
	ended.catch(() => {});
	return { child, report };
}

/** The next thing the program says after `question`. */
export async function ask<Report>(child: ChildProcess, question: string): Promise<Report> {
	const said = once(child, "message");
	child.send(question);
	return (await said)[0] as Report;
}

/** Ends the program and waits until it is gone. */
export async function endProgram(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, "exit");
	child.kill();
	await gone;
}

/** Runs a program that reports once, and returns the report. */
export async function reportOf<Report>(name: string, ...args: string[]): Promise<Report> {
	const { child, report } = await startProgram<Report>(name, ...args);
	await endProgram(child);
	return report;
}
