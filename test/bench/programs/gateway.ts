/** A gateway to a dashboard (token `bench`), its store on disk, until it is ended; asked anything, it says how many frames it still holds. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunningGateway } from "../../../worker/node/gateway/running-gateway.ts";
import type { Serving } from "./serve.ts";

const gateway = await RunningGateway.start({
	to: { url: process.argv[2] ?? "", token: "bench" },
	host: "127.0.0.1",
	port: 0,
	localToken: "bench",
	store: join(process.argv[3] ?? mkdtempSync(join(tmpdir(), "hive-bench-")), "gateway.db"),
	onError: (error) => console.error(error.message),
});
process.on("message", () => process.send?.(gateway.stats.held.frames));
process.send?.({ url: `http://127.0.0.1:${gateway.port}` } satisfies Serving);
