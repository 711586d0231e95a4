/** Writes, changes and deletes annotations. */

import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import type { AuditAction } from "../../colony-bridge/protocol/http/audit.ts";
import type { Annotation } from "../../colony-bridge/protocol/query/annotation.ts";
import { mayChange } from "../../colony-bridge/protocol/query/annotation-author.ts";
import { sameValue } from "../../colony-bridge/protocol/query/delta.ts";
import { defined, setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { quote } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Audit } from "../audit/audit.ts";
import type { Entry } from "../log/entry.ts";
import type { Annotate, Annotated } from "../port.ts";
import { MOST_ANNOTATIONS } from "../state/annotations.ts";
import type { ClusterState } from "../state/cluster-state.ts";

/** Time by which an annotation may be ahead, ms: of a maintenance that is planned. */
const MOST_AHEAD_MS = 30 * 86_400_000;

interface AnnotateHost {
	state(): ClusterState;
	audit(): Audit;
	/** Writes one entry, and with it what `also` writes. */
	write(entry: Entry, also?: () => void): void;
}

const refused = (kind: Refusal["kind"], detail: string): Refusal => ({ type: "refused", kind, detail });

/** Changes of one author at once, and the time in which there is one more, ms: each is a row of the log and one of the audit, which lie there for a year. */
const AT_ONCE = 60;
const EVERY_MS = 3 * 60_000;
const MOST_AUTHORS = 1_000;

/** Changes that each author may still make. */
export class AnnotationBudget {
	readonly #authors = new Map<string, { left: number; at: number }>();

	/** @returns time to wait first, ms; 0: none. */
	take(author: string, now: number): number {
		const before = this.#authors.get(author) ?? { left: AT_ONCE, at: now };
		const left = Math.min(AT_ONCE, before.left + (now - before.at) / EVERY_MS);
		setNewest(this.#authors, author, { left: left < 1 ? left : left - 1, at: now }, MOST_AUTHORS);
		return left < 1 ? (1 - left) * EVERY_MS : 0;
	}
}

const authorOf = ({ name, via, address }: Actor): string => (name === "" ? address : `${via === "token"} ${name}`);

/** An annotation without what the cluster adds. */
const saidBy = ({ id: _, createdAt: __, editedAt: ___, ...said }: Annotation) => said;

/** @param now ms. @throws where it could not be logged. */
export function annotate({ id, request, actor }: Annotate, host: AnnotateHost, budget: AnnotationBudget, now: number): Annotated {
	const { annotations, position } = host.state();
	const before = id === undefined ? undefined : annotations.get(id);
	if (id !== undefined && !before)
		return refused("not-found", `there is no annotation ${quote(id)}: it was deleted, or the oldest made room`);
	if (position === 0) return refused("not-found", "nothing has been pushed to this cluster yet: there is nothing to annotate");
	if (before && !mayChange(before, actor)) {
		return refused("forbidden", `annotation ${quote(before.id)} is by ${quote(before.by.name)}: its author or an operator may change it`);
	}
	const record = (action: AuditAction, target: string, detail: string) => () =>
		host.audit().recordWith({ actor, action, target, detail }, now);
	if (!request) {
		const { id: gone, text } = before as Annotation;
		const late = tooSoon(budget, actor, now);
		if (late) return late;
		host.write({ type: "annotation-removed", at: now, id: gone }, record("annotation-delete", gone, text));
		return { type: "annotated" };
	}
	const { at = before?.at ?? now, text, kind, until, worker, stream } = request;
	if (Math.max(at, until ?? 0) > now + MOST_AHEAD_MS) return refused("invalid", "at, until: an annotation may be ahead by 30 days at most");
	const by = before?.by ?? { name: actor.name, via: actor.via };
	const said = { text, kind, at, ...defined({ until, worker, stream }), by };
	// Nothing is written twice.
	const same = before ? sameValue(saidBy(before), said) && before : annotations.same(said);
	if (same) return { type: "annotated", annotation: same };
	if (!before && !annotations.admits(by)) {
		return refused("limit", `${MOST_ANNOTATIONS} annotations are kept: delete some before another is written`);
	}
	const late = tooSoon(budget, actor, now);
	if (late) return late;
	// Entries of a log are numbered, so no two have one id.
	const annotation: Annotation = before
		? { id: before.id, ...said, createdAt: before.createdAt, editedAt: now }
		: { id: `a${position + 1}`, ...said, createdAt: now };
	host.write(
		{ type: "annotation", at: now, annotation },
		record(before ? "annotation-change" : "annotate", annotation.id, before ? `${before.text} → ${text}` : text),
	);
	return { type: "annotated", annotation };
}

function tooSoon(budget: AnnotationBudget, actor: Actor, now: number): Refusal | undefined {
	const seconds = Math.ceil(budget.take(authorOf(actor), now) / 1000);
	if (seconds === 0) return undefined;
	const detail = `an author may write, change or delete ${AT_ONCE} annotations at once and one each ${EVERY_MS / 60_000} min after that: wait ${seconds} s`;
	return { ...refused("too-many", detail), retryAfter: seconds };
}
