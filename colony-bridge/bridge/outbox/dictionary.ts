/**
 * The series announced in an epoch, in a file of its own: their frames are acknowledged and gone, but the next process must give the same
 * numbers to the same series, and a cluster that lost them must receive them again.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SeriesDefinition } from "../../protocol/wire/series.ts";
import type { OutboxEntry } from "./outbox-entry.ts";
import { recordOf, recordsIn } from "./segments.ts";

type Numbered = { id: number } & SeriesDefinition;

export class Dictionary {
	/** Series read from disk. */
	readonly series: Numbered[] = [];
	readonly #directory: string;
	#path: string;

	/** @param entries of the journal: a series frame among them may have come to it alone. */
	constructor(directory: string, epoch: number, entries: readonly OutboxEntry[], read: (entry: OutboxEntry) => string) {
		this.#directory = directory;
		this.#path = this.#pathOf(epoch);
		const texts: string[] = [];
		if (existsSync(this.#path)) for (const { payload } of recordsIn(readFileSync(this.#path))) texts.push(payload.toString());
		for (const entry of entries) if (entry.type === "series") texts.push(read(entry));
		for (const text of texts) for (const each of (JSON.parse(`{${text}`) as { series: Numbered[] }).series) this.series[each.id] = each;
		// Written whole once: a record that was torn would hide those added after it.
		if (texts.length > 0) this.#write(this.series);
		this.removeOthers();
	}

	/** @param text of a series frame. */
	add(text: string): void {
		appendFileSync(this.#path, recordOf(Buffer.from(text)), { mode: 0o600 });
	}

	/** These are announced in a new epoch. The file of the one before stays until that is in the journal. */
	renew(epoch: number, series: readonly Numbered[]): void {
		this.#path = this.#pathOf(epoch);
		this.#write(series);
	}

	/** The cluster has assigned the epoch's number. */
	move(epoch: number): void {
		const before = this.#path;
		this.#path = this.#pathOf(epoch);
		if (existsSync(before)) renameSync(before, this.#path);
	}

	#write(series: readonly Numbered[]): void {
		const made = `${this.#path}.new`;
		writeFileSync(made, recordOf(Buffer.from(`"series":${JSON.stringify(series)}}`)), { mode: 0o600 });
		renameSync(made, this.#path);
	}

	removeOthers(): void {
		for (const name of readdirSync(this.#directory)) {
			if (name.startsWith("series-") && join(this.#directory, name) !== this.#path) rmSync(join(this.#directory, name), { force: true });
		}
	}

	#pathOf(epoch: number): string {
		return join(this.#directory, `series-${epoch}`);
	}
}
