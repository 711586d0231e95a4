/** Annotations as of the log. They outlive what they are about, and a look at the past shows those of today: they are written afterwards. */
import type { Annotation } from "../../colony-bridge/protocol/query/annotation.ts";
import { sameValue } from "../../colony-bridge/protocol/query/delta.ts";
import { ENTRY_BYTES, OBJECT_BYTES } from "../work/resident.ts";

/** Kept in all; of one author, whose oldest goes first. A program that marks each deploy takes no place of the others. */
export const MOST_ANNOTATIONS = 500;
const MOST_OF_ONE = 100;

export type StoredAnnotations = Annotation[];

export class Annotations {
	/** The one that was written first is the first. */
	readonly #all = new Map<string, Annotation>();
	#chars = 0;
	/** Rises whenever something changed. Not part of the state. */
	version = 0;

	get size(): number {
		return this.#all.size;
	}
	get bytes(): number {
		return this.#all.size * (ENTRY_BYTES + 2 * OBJECT_BYTES) + this.#chars * 2;
	}

	get(id: string): Annotation | undefined {
		return this.#all.get(id);
	}

	all(): Annotation[] {
		return [...this.#all.values()];
	}

	/** True if there is room for one more of this author. */
	admits(by: Annotation["by"]): boolean {
		return this.#all.size < MOST_ANNOTATIONS || this.#of(by).length >= MOST_OF_ONE;
	}

	/** The same said before: a program that repeats its request has written one. */
	same(said: Omit<Annotation, "id" | "createdAt">): Annotation | undefined {
		return this.#of(said.by).find(({ id: _, createdAt: __, editedAt: ___, ...before }) => sameValue(before, said));
	}

	/** Adds it, or takes the place of the one of its id. */
	set(annotation: Annotation): void {
		this.version++;
		const before = this.#all.get(annotation.id);
		this.#chars += annotation.text.length - (before?.text.length ?? 0);
		this.#all.set(annotation.id, annotation);
		if (before) return;
		const [oldest, ...others] = this.#of(annotation.by);
		if (oldest && others.length >= MOST_OF_ONE) this.remove(oldest.id);
	}

	remove(id: string): void {
		const removed = this.#all.get(id);
		if (!removed) return;
		this.version++;
		this.#chars -= removed.text.length;
		this.#all.delete(id);
	}

	/** Those about a time up to an instant, ms. */
	upTo(at: number): Annotations {
		const until = new Annotations();
		for (const annotation of this.#all.values()) if (annotation.at <= at) until.set(annotation);
		return until;
	}

	store(): StoredAnnotations {
		return this.all();
	}
	restore(stored: StoredAnnotations): void {
		for (const annotation of stored) this.set(annotation);
	}

	#of({ name, via }: Annotation["by"]): Annotation[] {
		return this.all().filter(({ by }) => by.name === name && (by.via === "token") === (via === "token"));
	}
}
