import { spawn } from "node:child_process";
import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { ownName } from "../../colony-bridge/bridge/own-name.ts";

test("processes of one host have a name each, the smallest number that is free, also after a kill", async () => {
	const scope = crypto.randomUUID();
	const first = ownName("hive@host", scope);
	const second = ownName("hive@host", scope);
	expect([first.name, second.name]).toEqual(["hive@host", "hive@host-2"]);
	expect(ownName("hive@host", crypto.randomUUID()).name, "another cluster").toBe("hive@host");
	first.release();
	const program = `import { ownName } from ${JSON.stringify(new URL("../../colony-bridge/bridge/own-name.ts", import.meta.url).href)};
		process.stdout.write(ownName("hive@host", ${JSON.stringify(scope)}).name); setInterval(() => {}, 1000);`;
	const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
	expect(String(await once(child.stdout, "data"))).toBe("hive@host");
	const third = ownName("hive@host", scope);
	expect(third.name).toBe("hive@host-3");
	child.kill("SIGKILL");
	await once(child, "exit");
	const again = ownName("hive@host", scope);
	expect(again.name).toBe("hive@host");
	for (const name of [again, third, second]) name.release();
});

test("a name whose holder is forgotten stays its process's after a garbage collection", async () => {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as () => void;
	const scope = crypto.randomUUID();
	expect(ownName("hive@host", scope).name).toBe("hive@host");
	for (let round = 0; round < 3; round++) {
		collect();
		// Finalizers run in a task of their own.
		await new Promise((resolve) => setImmediate(resolve));
	}
	expect(ownName("hive@host", scope).name).toBe("hive@host-2");
});
