import * as v from "valibot";
import type { AnnotationAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import { type Annotation, AnnotationRequest } from "../../colony-bridge/protocol/query/annotation.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import type { Annotate } from "../../durable/port.ts";
import { withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers, granted, type Handler, type RequestContext, requireCluster } from "../handler/context.ts";
import { limitParameter } from "../handler/query-parameters.ts";
import { jsonBody } from "../http/body.ts";
import { isoField, isoInstant, tableResponse } from "../http/responses.ts";

/** Annotations in one answer: as many as are kept. */
const MOST = 500;
const NO_STORE = { "Cache-Control": "no-store" };

/** Those that began last first. */
export const getAnnotations = withQueryAt(v.object({ limit: limitParameter(MOST, 100) }), async (context, { limit }) => {
	const [{ rows, total }] = await clusterAnswers(context, [{ kind: "annotations", limit }]);
	return tableResponse(context.request, rows.map(annotationAnswer), total);
});

export const postAnnotation: Handler = async (context) => {
	const annotation = await annotate(context, { request: await jsonBody(context.request, AnnotationRequest) });
	const headers = { ...NO_STORE, Location: `${context.cluster.base}/api/annotations/${annotation?.id}` };
	return Response.json(annotation && annotationAnswer(annotation), { status: 201, headers });
};

export const putAnnotation: Handler = async (context) => {
	const request = await jsonBody(context.request, AnnotationRequest);
	const annotation = await annotate(context, { id: context.params.id ?? "", request });
	return Response.json(annotation && annotationAnswer(annotation), { headers: NO_STORE });
};

export const deleteAnnotation: Handler = async (context) => {
	await annotate(context, { id: context.params.id ?? "" });
	return new Response(null, { status: 204, headers: NO_STORE });
};

async function annotate({ cluster, actor }: RequestContext, ask: Omit<Annotate, "actor">): Promise<Annotation | undefined> {
	const annotated = await cluster.port.annotate({ ...ask, actor });
	if (annotated.type === "refused" && !cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
	return granted(annotated).annotation;
}

function annotationAnswer({ id, text, kind, at, until, worker, stream, by, createdAt, editedAt }: Annotation): AnnotationAnswer {
	return {
		id,
		text,
		kind,
		at: isoInstant(at),
		...isoField("until", until),
		...defined({ worker, stream }),
		...(by.name !== "" && { by: by.name }),
		created_at: isoInstant(createdAt),
		...isoField("edited_at", editedAt),
	};
}
