/** A gateway whose dashboard is away knows so many names and no more, however many bridges come and go. */
import { expect, test } from "vitest";
import { Warnings } from "../../colony-bridge/bridge/warnings.ts";
import { MOST_BRIDGES } from "../../colony-bridge/protocol/wire/delivery/hello.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { Gateway } from "../../worker/node/gateway/gateway.ts";
import { Store } from "../../worker/node/gateway/store.ts";
import { hello } from "./cluster-rig.ts";

const said = (bridge: string, ...frames: object[]) =>
	[hello({ bridge, instance: bridge }), ...frames].map((frame) => JSON.stringify(frame)).join("\n");

test("bridges with unsent frames use places, until there is none left", async () => {
	const store = new Store(openNodeSql(":memory:"), 1e9);
	const gateway = new Gateway(store, () => () => ({ send() {}, close() {} }), new Warnings(() => {}));
	const come = async (from: number, to: number) => {
		const coming = Array.from({ length: to - from }, (_, i) =>
			said(`pod-${from + i}`, { type: "state", seq: 1, at: Date.now() }, { type: "goodbye", seq: 2 }),
		);
		return (await Promise.all(coming.map((text) => gateway.push(text)))).map((frames) => frames.find(({ type }) => type === "error"));
	};
	const most = 2 * MOST_BRIDGES;
	expect((await come(0, most)).filter(Boolean)).toEqual([]);
	const [refused] = await come(most, most + 1);
	expect(refused).toMatchObject({
		kind: "limit",
		fatal: true,
		detail: expect.stringMatching(/no place for bridge "pod-4000.*: the gateway holds/),
	});
	expect([...store.bridges]).toHaveLength(most);
	// Those it knows go on.
	expect((await come(0, 1))[0]).toBeUndefined();
	gateway.stop();
});
