/** Headers of every answer, whatever the request. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROUTES } from "../../worker/routes.ts";
import { accessRig, basic, type Rig, USERS } from "./access-rig.ts";

let rig: Rig;
beforeAll(() => {
	rig = accessRig({ customCss: "https://style.example/own.css", logoUrl: "https://logo.example/a.svg" });
});
afterAll(() => rig?.close());

const addressOf = (path: string) =>
	path
		.replace(":cluster", "default")
		.replace(":page", "workers")
		.replace(/:[a-z]+/g, "1");
const ASKED: [string, string][] = [
	...ROUTES.map(([method, path]): [string, string] => [method, addressOf(path)]),
	["GET", "/nothing/at/all"],
	["PUT", "/"],
];

describe("security headers", () => {
	test.each([
		["nobody", {}],
		["an operator", { authorization: basic("ann", USERS.ann) }],
	])("are on every answer of every route: %s", async (_, who: Record<string, string>) => {
		for (const [method, path] of ASKED) {
			for (const accept of ["text/html", "application/json"]) {
				const { headers } = await rig.ask(path, { method, headers: { ...who, accept } });
				const where = `${method} ${path} as ${accept}`;
				const policy = headers.get("content-security-policy") ?? "";
				for (const part of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'"]) {
					expect(policy, where).toContain(part);
				}
				expect(policy, where).not.toMatch(/unsafe|\*/);
				expect(headers.get("x-content-type-options"), where).toBe("nosniff");
				// The address of an incident is its secret.
				expect(headers.get("referrer-policy"), where).toBe(path.startsWith("/incidents/") ? "no-referrer" : "same-origin");
				expect(headers.get("cross-origin-opener-policy"), where).toBe("same-origin");
				expect(headers.get("strict-transport-security"), where).toMatch(/^max-age=31536000/);
				expect(headers.get("access-control-allow-origin"), where).toBeNull();
			}
		}
	});

	test("a page's policy allows the origins of the configured stylesheet and logo, and no other", async () => {
		const policy = (await rig.ask("/access/sign-in", { headers: { accept: "text/html" } })).headers.get("content-security-policy") ?? "";
		expect(policy.match(/https?:[^\s;]+/g)).toEqual(["https://style.example", "https://logo.example", "https://style.example"]);
	});
});
