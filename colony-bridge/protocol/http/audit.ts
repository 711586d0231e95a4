/** The audit: its entries and its answers. */
import * as v from "valibot";
import { CommandState } from "../query/control.ts";
import { Count } from "../wire/names.ts";
import { type Actor, Role, Via } from "./access.ts";

export const AuditAction = v.picklist(
	[
		"restart",
		"scale",
		"sign-in",
		"password-guessing",
		"sign-out",
		"token-create",
		"token-revoke",
		"cluster-delete",
		"annotate",
		"annotation-change",
		"annotation-delete",
	],
	"an action is restart, scale, sign-in, password-guessing, sign-out, token-create, token-revoke, cluster-delete, annotate, annotation-change or annotation-delete",
);
export type AuditAction = v.InferOutput<typeof AuditAction>;

/** Something somebody did or tried. Texts are cut to fit, and never hold a secret. */
export interface AuditEntry {
	/** Who, by what proof, from where. */
	actor: Actor;
	action: AuditAction;
	/** To what: a worker's id, a token's or cluster's name, the user who was tried. */
	target?: string;
	/** `refused`: it was tried and came to nothing. Past a number a day these are counted and no longer written one by one. */
	result: "done" | "refused";
	/** Why, or with what right. */
	detail?: string;
}

/** Outcome of a command. */
export const AuditResult = v.picklist(["refused", ...CommandState.options]);
export type AuditResult = v.InferOutput<typeof AuditResult>;

export interface AuditRow extends Omit<AuditEntry, "result"> {
	/** Rises with time. */
	id: number;
	/** ms since 1970. */
	at: number;
	result: AuditResult;
	/** Number of refusals it stands for; it shows the newest. */
	count: number;
	/** The command's id, and when it came to its result. */
	command?: string;
	endedAt?: number;
}

/** A row: by its number, and by its instant, for where the audit has begun anew the number is another row's. */
export type AuditPlace = Pick<AuditRow, "id" | "at">;

export interface AuditQuery {
	limit: number;
	/** Only rows older than this one. */
	before?: AuditPlace;
	/** Exactly this actor's. */
	actor?: string;
	action?: AuditAction;
}

export interface AuditPage {
	/** Newest first. */
	rows: AuditRow[];
	/** `before` of the next page; absent: these are the oldest. */
	next?: AuditPlace;
	/** The cursor belongs to an audit that was deleted. */
	gone?: true;
}

const Timestamp = v.pipe(v.string(), v.isoTimestamp());

/** `GET /api/audit`. */
export const AuditAnswer = v.object({
	entries: v.array(
		v.object({
			id: Count,
			timestamp: Timestamp,
			actor: v.object({ name: v.string(), role: Role, via: Via, address: v.string() }),
			action: AuditAction,
			target: v.optional(v.string()),
			result: AuditResult,
			detail: v.optional(v.string()),
			count: Count,
			command: v.optional(v.string()),
			ended_at: v.optional(Timestamp),
		}),
	),
	/** `cursor` of the next page; absent: these are the oldest. */
	next: v.optional(v.string()),
});
export type AuditAnswer = v.InferOutput<typeof AuditAnswer>;
