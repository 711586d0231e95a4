import * as v from "valibot";
import { defineSource } from "../definition.ts";
import { StdinSource } from "./stdin-source.ts";

/** Frames on standard input. */
export const STDIN = defineSource({
	settings: { stdin: { schema: v.optional(v.boolean()), help: "Read frames from standard input, a JSON object a line" } },
	usage: "--stdin",
	plan: ({ stdin = false }) => (stdin ? [{ make: () => new StdinSource(process.stdin), stdin: true }] : []),
});
