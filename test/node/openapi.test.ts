/** The OpenAPI document: every route of the API is in it, and it is one. */
import * as v from "valibot";
import { expect, test } from "vitest";
import { openApi } from "../../worker/routes/openapi.ts";
import { OPERATIONS } from "../../worker/routes/operations.ts";
import { ROUTES } from "../../worker/routes.ts";

const document = openApi() as {
	paths: Record<
		string,
		Record<string, { summary: string; parameters: { name: string; in: string }[]; requestBody?: object; responses: object }>
	>;
};

test("every route of the API is described, with the handler that serves it, and no other", () => {
	const routes = ROUTES.filter(([, path]) => path.startsWith("/api/") && !["/api/openapi.json", "/api/docs"].includes(path));
	expect(Object.keys(OPERATIONS).sort()).toEqual(routes.map(([method, path]) => `${method} ${path}`).sort());
	for (const [method, path, , handler] of routes) expect(OPERATIONS[`${method} ${path}`]?.handler, `${method} ${path}`).toBe(handler);
	for (const [method, path, needs] of routes) {
		const underCluster = ROUTES.some(([other, under]) => other === method && under === `/clusters/:cluster${path}`);
		expect(OPERATIONS[`${method} ${path}`]?.whole === true, `${method} ${path} needs ${needs}`).toBe(!underCluster);
	}
});

test("parameters, bodies and answers are those of the schemas", () => {
	const workers = document.paths["/api/workers"]?.get;
	expect(workers?.parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(["sort", "filter", "offset", "limit", "at"]));
	expect(document.paths["/api/audit"]?.get?.parameters.map(({ name }) => name)).toEqual(["limit", "cursor", "actor", "action"]);
	expect(document.paths["/api/annotations"]?.post?.requestBody).toMatchObject({
		content: { "application/json": { schema: { type: "object", required: ["text"], properties: { text: { type: "string" } } } } },
	});
	expect(workers?.responses).toMatchObject({
		200: { content: { "application/json": { schema: { type: "array", items: { type: "object" } } } } },
	});
	for (const [path, operations] of Object.entries(document.paths))
		for (const name of path.matchAll(/\{([a-z]+)\}/g))
			for (const [method, { parameters = [] }] of Object.entries(operations))
				if (method !== "servers") expect(parameters).toContainEqual(expect.objectContaining({ name: name[1], in: "path" }));
	expect(JSON.stringify(document).length).toBeLessThan(200_000);
	// Tools that make programs of it want each sentence to be there.
	for (const { does } of Object.values(OPERATIONS)) expect(v.is(v.pipe(v.string(), v.minLength(5)), does)).toBe(true);
});
