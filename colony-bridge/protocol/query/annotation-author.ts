import type { Annotation } from "./annotation.ts";

/** Whether somebody may change or delete an annotation: its author or an operator. A token and a user of one name are two authors. */
export const mayChange = ({ by }: Pick<Annotation, "by">, actor: { name: string; role: string; via: string }): boolean =>
	actor.role === "operator" || (actor.name !== "" && by.name === actor.name && (by.via === "token") === (actor.via === "token"));
