import * as v from "valibot";
import { defineSource } from "../definition.ts";
import { type StatsdAddress, StatsdSource } from "./statsd-source.ts";

const WORDS = "write a port, 8125, or HOST:PORT";
const MOST_PORT = 65_535;

const Listen = v.pipe(
	v.union([v.string(), v.number()], WORDS),
	v.transform((written): StatsdAddress => {
		const [, bracketed, plain, port] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(String(written)) ?? [];
		return { host: bracketed ?? plain ?? "127.0.0.1", port: Number(port ?? Number.NaN) };
	}),
	v.check(({ port }) => port >= 1 && port <= MOST_PORT, WORDS),
);

/** StatsD's datagrams. */
export const STATSD = defineSource({
	settings: {
		statsd: {
			schema: v.optional(Listen),
			help: "Listen for StatsD (also DogStatsD) over UDP; without HOST on 127.0.0.1",
			value: "[HOST:]PORT",
		},
	},
	usage: "--statsd 8125",
	plan: ({ statsd }) => (statsd ? [{ make: () => new StatsdSource(statsd) }] : []),
});
