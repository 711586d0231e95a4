/** Answers of the API held against what `/api/openapi.json` says of them. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

interface Response200 {
	content?: Record<string, { schema?: object }>;
}
interface Document {
	paths: Record<string, Record<string, { responses?: Record<string, Response200> }>>;
	components: { schemas: Record<string, object> };
}

/** @returns the fetch of tests, which fails where a JSON answer is not as the document of the dashboard at `url` says. */
export async function checkedFetch(url: string, real: typeof fetch): Promise<typeof fetch> {
	const document = (await (await real(`${url}/api/openapi.json`)).json()) as Document;
	const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
	ajv.addSchema({ $id: "doc", components: document.components });
	const compiled = new Map<object, ValidateFunction>();
	const validate = (schema: object, body: unknown, where: string) => {
		let check = compiled.get(schema);
		if (!check) {
			check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll("#/components", "doc#/components")));
			compiled.set(schema, check);
		}
		if (!check(body))
			throw new Error(`${where} is not as /api/openapi.json says: ${ajv.errorsText(check.errors)}: ${JSON.stringify(body).slice(0, 500)}`);
	};
	const routes = Object.entries(document.paths).map(([path, operations]) => ({
		pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{[a-z]+\}/g, "[^?]+")}$`),
		operations,
	}));
	return async (input, init) => {
		const response = await real(input, init);
		const asked = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
		if (!asked.startsWith(url)) return response;
		const path = new URL(asked).pathname.replace(/^\/clusters\/[^/]+(?=\/api)/, "");
		const type = response.headers.get("content-type") ?? "";
		if (!path.startsWith("/api/") || !/^application\/(?:problem\+)?json/.test(type)) return response;
		const method = (init?.method ?? "GET").toLowerCase();
		const operation = routes.find(({ pattern, operations }) => pattern.test(path) && operations[method])?.operations[method];
		const responses = operation?.responses ?? {};
		const of = type.startsWith("application/problem") ? responses.default : responses[String(response.status)];
		const schema = of?.content?.[type.split(";")[0] ?? ""]?.schema;
		const text = await response.clone().text();
		if (schema && text !== "") validate(schema, JSON.parse(text), `${method} ${path} ${response.status}`);
		return response;
	};
}
