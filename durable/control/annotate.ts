/** Writes, changes and deletes annotations. */

import type { AuditAction } from "../../colony-bridge/protocol/http/audit.ts";
import type { Annotation } from "../../colony-bridge/protocol/query/annotation.ts";
import { mayChange } from "../../colony-bridge/protocol/query/annotation-author.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
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

/** @param now ms. @throws where it could not be logged. */
export function annotate({ id, request, actor }: Annotate, host: AnnotateHost, now: number): Annotated {
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
		host.write({ type: "annotation-removed", at: now, id: gone }, record("annotation-delete", gone, text));
		return { type: "annotated" };
	}
	const { at = before?.at ?? now, text, kind, until, worker, stream } = request;
	if (Math.max(at, until ?? 0) > now + MOST_AHEAD_MS) return refused("invalid", "at, until: an annotation may be ahead by 30 days at most");
	const by = before?.by ?? { name: actor.name, via: actor.via };
	const said = { text, kind, at, ...defined({ until, worker, stream }), by };
	if (!before) {
		const same = annotations.same(said);
		if (same) return { type: "annotated", annotation: same };
		if (!annotations.admits(by)) {
			return refused("limit", `${MOST_ANNOTATIONS} annotations are kept: delete some before another is written`);
		}
	}
	const annotation: Annotation = before
		? { id: before.id, ...said, createdAt: before.createdAt, editedAt: now }
		: // Entries of a log are numbered, so no two have one id.
			{ id: `a${position + 1}`, ...said, createdAt: now };
	host.write(
		{ type: "annotation", at: now, annotation },
		record(before ? "annotation-change" : "annotate", annotation.id, before ? `${before.text} → ${text}` : text),
	);
	return { type: "annotated", annotation };
}
