/** Annotations: what people and programs write beside the time axis, such as a deploy or the cause of an incident. */
import * as v from "valibot";
import { Name, WrittenInstant } from "../wire/names.ts";

/** Characters of an annotation. */
export const ANNOTATION_CHARS = 300;
const words = `write 1 to ${ANNOTATION_CHARS} characters`;
const Kind = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,29}$/, "a kind has up to 30 of a to z, 0 to 9 and -, as in deploy"));

/** `POST /api/annotations`, and with all fields anew `PUT /api/annotations/{id}`. */
export const AnnotationRequest = v.pipe(
	v.strictObject(
		{
			text: v.pipe(v.string(words), v.trim(), v.minLength(1, words), v.maxLength(ANNOTATION_CHARS, words)),
			/** Chooses its mark, e.g. `deploy`, `incident`. */
			kind: v.optional(Kind, "note"),
			/** Absent: now. */
			at: v.optional(WrittenInstant),
			/** End of the time it is about. */
			until: v.optional(WrittenInstant),
			/** The worker or stream it is about; absent: the cluster. */
			worker: v.optional(Name),
			stream: v.optional(Name),
		},
		'write {"text": "deployed 1.4.2", "kind": "deploy"}',
	),
	v.check(({ at, until }) => until === undefined || (at !== undefined && until >= at), "until: give `at` too, and no later than `until`"),
);
export type AnnotationRequest = v.InferOutput<typeof AnnotationRequest>;

export interface Annotation extends Omit<AnnotationRequest, "at"> {
	id: string;
	/** ms, like all instants here. */
	at: number;
	/** Its author, and how they proved who they are. */
	by: { name: string; via: string };
	createdAt: number;
	editedAt?: number;
}
