import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { derive } from "../../durable/access/key-derivation.ts";
import { SigningKey } from "../../worker/access/session.ts";
import { formatHash, HASH_COST, hashPassword, MEMORY_COST, parseHash, Users } from "../../worker/access/users.ts";
import { appSettings } from "../../worker/cloudflare/environment.ts";
import { accessRig, basic } from "./access-rig.ts";

const key = new SigningKey(async () => "0".repeat(64));

describe("a key", () => {
	/** RFC 7914, section 12: of each 64 bytes the first 32, since scrypt ends with PBKDF2, whose blocks are of 32. */
	test.each([
		["", "", 4, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"],
		["password", "NaCl", 10, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"],
		["pleaseletmein", "SodiumChloride", 14, 8, 1, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"],
	])("is derived by scrypt, as RFC 7914 has it: %j", async (password, salt, ln, r, p, key) => {
		expect(Buffer.from(await derive(password, Buffer.from(salt), { ln, r, p })).toString("hex")).toBe(key);
	});
});

describe("hashes", () => {
	const salt = "AAECAwQFBgcICQoLDA0ODw";
	const hash = `${"x".repeat(42)}w`;

	test("contain their parameters, and have a new salt each time", async () => {
		const [one, other] = [await hashPassword("x", HASH_COST, derive), await hashPassword("x", HASH_COST, derive)];
		expect(formatHash(one)).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
		expect(parseHash(formatHash(one))).toEqual(one);
		expect(one.salt).not.toEqual(other.salt);
		expect(one.hash).not.toEqual(other.hash);
	});

	test.each(["ln=13,r=8,p=10", "ln=14,r=8,p=5", "ln=15,r=8,p=3", "ln=16,r=8,p=2"])(
		"%s is taken, as strong and no more than 64 MB",
		(cost) => {
			const text = `$scrypt$${cost}$${salt}$${hash}`;
			const parsed = parseHash(text);
			expect(parsed && formatHash(parsed)).toBe(text);
		},
	);

	test.each([
		["nothing", ""],
		["a password", "correct horse"],
		["a hash of bcrypt", "$2b$10$abc"],
		["one of PBKDF2", `$pbkdf2-sha256$i=600000$${salt}$${hash}`],
		["one that takes 128 MB", `$scrypt$ln=17,r=8,p=1$${salt}$${hash}`],
		["one that takes 1 GB", `$scrypt$ln=20,r=8,p=1$${salt}$${hash}`],
		["one with large blocks", `$scrypt$ln=14,r=800,p=5$${salt}$${hash}`],
		["one that takes long", `$scrypt$ln=14,r=8,p=5000$${salt}$${hash}`],
		["a weak one", `$scrypt$ln=14,r=8,p=1$${salt}$${hash}`],
		["one without parameters", `$scrypt$${salt}$${hash}`],
		["one with parameters in another order", `$scrypt$r=8,ln=14,p=5$${salt}$${hash}`],
		["one with padding", `$scrypt$ln=14,r=8,p=5$${salt}==$${hash}=`],
		["one in the alphabet of addresses", `$scrypt$ln=14,r=8,p=5$${salt}$${hash.replace("x", "_")}`],
		["one with a short salt", `$scrypt$ln=14,r=8,p=5$${salt.slice(4)}$${hash}`],
		["one with a long hash", `$scrypt$ln=14,r=8,p=5$${salt}$${hash}AAAA`],
		["one with bits past its bytes", `$scrypt$ln=14,r=8,p=5$${salt}$${"x".repeat(43)}`],
		["one with a line after it", `$scrypt$ln=14,r=8,p=5$${salt}$${hash}\n`],
	])("%s is none, and in the configuration is refused without being quoted", (_, text) => {
		expect(parseHash(text)).toBeUndefined();
		const read = () => appSettings({ AUTH_USERS: JSON.stringify({ ann: { passwordHash: text } }) });
		expect(read).toThrow(/^AUTH_USERS\.ann\.passwordHash: this is not a supported hash: make one with `hiveframe-dashboard hash`$/);
	});

	test("come out of the command, the password going in by a pipe", async () => {
		const main = fileURLToPath(new URL("../../worker/node/commands/main.ts", import.meta.url));
		const run = async (password: string, ...args: string[]) => {
			const child = spawn(process.execPath, [main, "hash", ...args], { stdio: ["pipe", "pipe", "pipe"] });
			const ended = once(child, "close");
			let said = "";
			for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
			child.stdin.end(password);
			await ended;
			return { said: said.trim(), code: child.exitCode };
		};
		const { said } = await run("correct horse\n");
		const users = new Users({ ann: { passwordHash: said } }, key, derive);
		expect(await users.verify("ann", "correct horse")).toEqual({ name: "ann", role: "operator" });
		expect(await users.verify("ann", "correct horse\n")).toBeUndefined();
		const first = appSettings(JSON.parse((await run("correct horse", "--user", "ann")).said) as object);
		expect(await new Users(first.config.authUsers ?? {}, key, derive).verify("ann", "correct horse")).toEqual({
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
			derive,
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

	test("a password is used exactly as typed, of any characters, up to 1000", async () => {
		const odd = ["  spaces  ", "ﬁ", "🐝".repeat(40), "a".repeat(1000), "tab\tnewline\n", "<script>"];
		const users = new Users(Object.fromEntries(odd.map((password, n) => [`u${n}`, password])), key, derive);
		for (const [n, password] of odd.entries()) {
			expect(await users.verify(`u${n}`, password)).toBeDefined();
			for (const other of [password.trim(), password.normalize("NFKC"), password.slice(0, -1), password.toUpperCase()]) {
				if (other !== password) expect(await users.verify(`u${n}`, other)).toBeUndefined();
			}
		}
	});

	test("the same work is done for known and unknown users", async () => {
		const work: Record<string, unknown[]> = { plain: [], small: [], large: [], nobody: [] };
		let who = "plain";
		// What is asked for is counted; done is less.
		const counted: typeof derive = (password, salt, parameters) => {
			work[who]?.push(parameters);
			return derive(password, salt, { ln: 1, r: 1, p: 1 });
		};
		const large = { ln: 15, r: 8, p: 3 };
		const hash = async (cost: typeof large) => ({ passwordHash: formatHash(await hashPassword("right", cost, counted)) });
		const users = new Users({ plain: "right", small: await hash(HASH_COST), large: await hash(large) }, key, counted);
		await users.prepare();
		work.plain = [];
		for (who of Object.keys(work)) expect(await users.verify(who, "wrong")).toBeUndefined();
		for (const each of Object.values(work)) expect(each).toEqual([MEMORY_COST, HASH_COST, large]);
		for (who of ["plain", "small", "large"]) expect(await users.verify(who, "right")).toMatchObject({ name: who });
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
			for (const secret of ["correct horse", "my other secret", "$scrypt"])
				expect([...answers, ...lines].filter((text) => text.includes(secret))).toEqual([]);
		} finally {
			rig.close();
			for (const spy of spies) spy.mockRestore();
		}
	});
});
