/** `GET /api/openapi.json`: the REST API as OpenAPI 3.1, from the schemas that validate it. */
import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { type ApiOperation, renderApi } from "#pages";
import { Problem } from "../../colony-bridge/protocol/wire/problem.ts";
import { htmlResponse, pageContext } from "../handler/html-response.ts";
import { withoutQuery } from "../handler/query-parameters.ts";
import { jsonResponse } from "../http/responses.ts";
import { VERSION } from "../http/version.ts";
import { OPERATIONS, type Operation } from "./operations.ts";

export const getOpenApi = withoutQuery(({ request, app: { root = "" } }) => {
	const document = documents.get(root) ?? openApi(root);
	documents.set(root, document);
	return jsonResponse(request, document);
});
/** Made once for each process or isolate, and for each path that a dashboard of it is at. */
const documents = new Map<string, object>();

/** The same to read, for whoever may look. */
export const showApi = withoutQuery((context) => {
	const page = pageContext(context);
	return htmlResponse(renderApi(readable(), page), page);
});

function readable(): ApiOperation[] {
	return Object.entries(OPERATIONS).map(([key, { subject, does, handler, body, answer }]) => {
		const { method, path } = placeOf(key);
		const parameters = [...pathParameters(path), ...queryParameters(handler)].map(({ in: where, ...rest }) => ({ where, ...rest }));
		return {
			method,
			path,
			subject,
			does,
			parameters,
			...(body && { body: schemaOf(body, "input") }),
			...(answer && { answer: schemaOf(answer, "output") }),
		};
	});
}

function placeOf(key: string): { method: string; path: string } {
	const [method = "", route = ""] = key.split(" ");
	return { method, path: route.replace(/:([a-z]+)\+?/g, "{$1}") };
}

/** Checks and transformations that JSON Schema cannot say are passed over: a request that satisfies the schema may still be refused, with the reason. */
const schemaOf = (schema: v.GenericSchema, typeMode: "input" | "output"): object => {
	const { $schema: _, ...json } = toJsonSchema(schema, { target: "draft-2020-12", typeMode, errorMode: "ignore" });
	return json;
};

export function openApi(root = ""): object {
	const paths: Record<string, Record<string, unknown>> = {};
	for (const [key, operation] of Object.entries(OPERATIONS)) {
		const { method, path } = placeOf(key);
		paths[path] ??= operation.whole ? { servers: [{ url: root || "/" }] } : {};
		(paths[path] as Record<string, unknown>)[method.toLowerCase()] = operationOf(operation, path);
	}
	return {
		openapi: "3.1.0",
		info: {
			title: "HiveFrame Dashboard",
			version: VERSION,
			description:
				"Timestamps are ISO 8601 in UTC. What is read from a cluster takes `at`, an instant of the past. An unknown parameter is refused.",
			license: { name: "MIT", identifier: "MIT" },
		},
		servers: [
			{ url: root || "/", description: "The default cluster" },
			{ url: `${root}/clusters/{cluster}`, description: "Any cluster", variables: { cluster: { default: "default" } } },
		],
		security: [{ session: [] }, { token: [] }, { basic: [] }, {}],
		paths,
		components: {
			schemas: { Problem: schemaOf(Problem, "output") },
			securitySchemes: {
				session: {
					type: "apiKey",
					in: "cookie",
					name: "hiveframe",
					description: "The cookie of a signed-in browser; its name ends with the port",
				},
				token: { type: "http", scheme: "bearer", description: "A token from /access/tokens; for bridges a bridge's token" },
				basic: { type: "http", scheme: "basic", description: "A user and a password" },
			},
		},
	};
}

function operationOf({ subject, does, handler, body, answer, type, status = 200 }: Operation, path: string): object {
	const content = answer ? { "application/json": { schema: schemaOf(answer, "output") } } : type === undefined ? undefined : { [type]: {} };
	const success = [status]
		.flat()
		.map((code) => [String(code), { description: does, ...(content && code < 300 && code !== 204 && code !== 101 && { content }) }]);
	return {
		tags: [subject],
		summary: does,
		parameters: [...pathParameters(path), ...queryParameters(handler)],
		...(body && { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body, "input") } } } }),
		responses: {
			...Object.fromEntries(success),
			default: {
				description: "Refused, with the reason",
				content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
			},
		},
	};
}

interface Parameter {
	name: string;
	in: "path" | "query";
	required: boolean;
	/** JSON Schema. */
	schema: object;
}

const pathParameters = (path: string): Parameter[] =>
	Array.from(path.matchAll(/\{([a-z]+)\}/g), ([, name = ""]) => ({ name, in: "path", required: true, schema: { type: "string" } }));

function queryParameters(handler: object): Parameter[] {
	const { query, also = [] } = handler as { query?: v.GenericSchema; also?: readonly string[] };
	const entries = query ? Object.entries(entriesOf(query)) : [];
	return [
		...entries.map(
			([name, schema]): Parameter => ({ name, in: "query", required: schema.type !== "optional", schema: schemaOf(schema, "input") }),
		),
		...also.map((name): Parameter => ({ name, in: "query", required: false, schema: { type: "string" } })),
	];
}

/** Fields of an object, also where something is made of them. */
function entriesOf(schema: v.GenericSchema): Record<string, v.GenericSchema> {
	if ("entries" in schema) return schema.entries as Record<string, v.GenericSchema>;
	const [first] = "pipe" in schema ? (schema.pipe as v.GenericSchema[]) : [];
	return first && first !== schema ? entriesOf(first) : {};
}
