import * as v from "valibot";
import { ACCESS, addressOf } from "../access.ts";
import { Address, defineSource, oneOrMore } from "../definition.ts";
import { HiveFrameSource } from "./hiveframe-source.ts";

const DASHBOARD = { url: Address, ...ACCESS };

/** HiveFrame's own dashboards, a source each. */
export const HIVEFRAME = defineSource({
	settings: {
		hiveframe: {
			schema: oneOrMore(Address, v.strictObject(DASHBOARD)),
			help: "HiveFrame's own dashboards, whose REST is read",
			value: "URL...",
			list: true,
			fields: Object.keys(DASHBOARD),
		},
	},
	usage: "--hiveframe URL",
	plan: ({ hiveframe = [] }, { where }) =>
		hiveframe.map((entry) => {
			const { url: text, ...access } = typeof entry === "string" ? { url: entry } : entry;
			const url = addressOf({ url: text, ...access }, "hiveframe", where, ["http:", "https:"]);
			return { make: () => new HiveFrameSource(url, { several: hiveframe.length > 1, ...access }) };
		}),
});
