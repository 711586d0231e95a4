import { spawn } from "node:child_process";
import { pbkdf2Sync } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { stretch } from "../../durable/access/stretch.ts";
import { formatHash, hashPassword, parseHash } from "../../worker/access/passwords.ts";
import { SigningKey } from "../../worker/access/session.ts";
import { Users } from "../../worker/access/users.ts";
import { appSettings } from "../../worker/cloudflare/environment.ts";
import { accessRig, basic } from "./access-rig.ts";

const key = new SigningKey(async () => "0".repeat(64));

describe("stretching", () => {
	const salt = "00112233445566778899aabbccddeeff";
	const plain = (password: string | Buffer, iterations: number) => pbkdf2Sync(password, Buffer.from(salt, "hex"), iterations, 32, "sha256");

	test("is PBKDF2 up to what Cloudflare takes in one call", async () => {
		expect(await stretch("pässwörd", salt, 1000)).toBe(plain("pässwörd", 1000).toString("hex"));
		expect(await stretch("x", salt, 100_000)).toBe(plain("x", 100_000).toString("hex"));
	});

	test("goes on with the bytes of the call before, and never asks for more in one", async () => {
		const asked = vi.spyOn(crypto.subtle, "deriveBits");
		expect(await stretch("x", salt, 250_000)).toBe(plain(plain(plain("x", 100_000), 100_000), 50_000).toString("hex"));
		expect(asked.mock.calls.map(([parameters]) => (parameters as Pbkdf2Params).iterations)).toEqual([100_000, 100_000, 50_000]);
		asked.mockRestore();
	});
});

describe("hashes", () => {
	test("say how they were made, and are made with another salt each time", async () => {
		const [one, other] = [await hashPassword("x", 1000, stretch), await hashPassword("x", 1000, stretch)];
		expect(formatHash(one)).toMatch(/^\$pbkdf2-sha256-100k\$i=1000\$[0-9a-f]{32}\$[0-9a-f]{64}$/);
		expect(parseHash(formatHash(one))).toEqual(one);
		expect(one.salt).not.toBe(other.salt);
		expect(one.hash).not.toBe(other.hash);
	});

	test.each(["", "x", "$2b$10$abc", `$pbkdf2-sha256-100k$i=9999999$${"a".repeat(32)}$${"b".repeat(64)}`])("%j is none", (text) =>
		expect(parseHash(text)).toBeUndefined(),
	);

	test("come out of the command, the password going in by a pipe", async () => {
		const main = fileURLToPath(new URL("../../worker/node/commands/main.ts", import.meta.url));
		const run = async (password: string, ...args: string[]) => {
			const child = spawn(process.execPath, [main, "hash", "--iterations", "100000", ...args], { stdio: ["pipe", "pipe", "pipe"] });
			const ended = once(child, "close");
			let said = "";
			for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
			child.stdin.end(password);
			await ended;
			return { said: said.trim(), code: child.exitCode };
		};
		const { said } = await run("correct horse\n");
		const users = new Users({ ann: { passwordHash: said } }, key, stretch);
		expect(await users.verify("ann", "correct horse")).toEqual({ name: "ann", role: "operator" });
		expect(await users.verify("ann", "correct horse\n")).toBeUndefined();
		const first = appSettings(JSON.parse((await run("correct horse", "--user", "ann")).said) as object);
		expect(await new Users(first.config.authUsers ?? {}, key, stretch).verify("ann", "correct horse")).toEqual({
			name: "ann",
			role: "operator",
		});
		expect(first).toMatchObject({ config: { authEnabled: true }, bridgeToken: expect.stringMatching(/^[0-9a-f]{64}$/) });
		expect(await run("correct horse", "--user", "a:b")).toMatchObject({ code: 1, said: expect.stringContaining("--user") });
		expect(await run("")).toMatchObject({ code: 1, said: expect.stringContaining("the password is empty") });
		expect(await run("short")).toMatchObject({ code: 1, said: expect.stringContaining("fewer than 8") });
	});
});

describe("users", () => {
	test("a bare password is an operator's, but for a user named viewer; a role that is given counts", async () => {
		const users = new Users(
			{ admin: "a", viewer: "b", ops: { password: "c", role: "operator" }, eve: { password: "d", role: "viewer" } },
			key,
			stretch,
		);
		expect(await users.verify("admin", "a")).toMatchObject({ role: "operator" });
		expect(await users.verify("viewer", "b")).toMatchObject({ role: "viewer" });
		expect(await users.verify("ops", "c")).toMatchObject({ role: "operator" });
		expect(await users.verify("eve", "d")).toMatchObject({ role: "viewer" });
		for (const [name, password] of [
			["admin", "b"],
			["nobody", "a"],
			["__proto__", "a"],
			["", ""],
			["Admin", "a"],
		] as const) {
			expect(await users.verify(name, password)).toBeUndefined();
		}
	});

	test("a password is taken exactly as it is, of any characters, up to 1000", async () => {
		const odd = ["  spaces  ", "ﬁ", "🐝".repeat(40), "a".repeat(1000), "tab\tnewline\n", "<script>"];
		const users = new Users(Object.fromEntries(odd.map((password, n) => [`u${n}`, password])), key, stretch);
		for (const [n, password] of odd.entries()) {
			expect(await users.verify(`u${n}`, password)).toBeDefined();
			for (const other of [password.trim(), password.normalize("NFKC"), password.slice(0, -1), password.toUpperCase()]) {
				if (other !== password) expect(await users.verify(`u${n}`, other)).toBeUndefined();
			}
		}
	});

	test("the same work is done for whoever is asked about", async () => {
		const work: Record<string, number> = {};
		let who = "";
		const counted: typeof stretch = async (password, salt, iterations) => {
			work[who] = (work[who] ?? 0) + iterations;
			return stretch(password, salt, iterations);
		};
		const dear = formatHash(await hashPassword("dear", 120_000, stretch));
		const users = new Users({ plain: "plain", dear: { passwordHash: dear } }, key, counted);
		await users.prepare();
		for (who of ["plain", "dear", "nobody"]) await users.verify(who, "wrong");
		expect([work.plain, work.dear, work.nobody]).toEqual([120_000, 120_000, 120_000]);
	});

	test("no password and no hash is ever logged, answered or handed to a handler", async () => {
		const lines: string[] = [];
		const spies = (["log", "warn", "error", "info"] as const).map((name) =>
			vi.spyOn(console, name).mockImplementation((...words) => void lines.push(words.map(String).join(" "))),
		);
		const rig = accessRig();
		try {
			const answers = [];
			for (const [user, password] of [
				["ann", "correct horse"],
				["ann", "my other secret"],
				["my other secret", "x"],
			] as const) {
				for (const path of ["/", "/workers", "/api/session", "/api/tokens", "/api/pages", "/access/tokens"]) {
					const response = await rig.ask(path, { headers: { authorization: basic(user, password), accept: "text/html" } });
					answers.push(await response.text(), JSON.stringify([...response.headers]));
				}
			}
			for (const secret of ["correct horse", "my other secret", "pbkdf2"])
				expect([...answers, ...lines].filter((text) => text.includes(secret))).toEqual([]);
		} finally {
			rig.close();
			for (const spy of spies) spy.mockRestore();
		}
	});
});
