/**
 * One project for each place where tests run. One file: `npx vitest run --config test/vitest.config.ts --project node test/node/x.test.ts`.
 *
 * Groups run one after the other: the faults, which kill processes, have the machine to themselves.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
const wranglerToml = fileURLToPath(new URL("../wrangler.toml", import.meta.url));

function tests(name: string, groupOrder: number, options: { testTimeout: number; parallel: boolean }) {
	return {
		root,
		test: {
			name,
			include: [`test/${name}/**/*.test.ts`],
			setupFiles: [fileURLToPath(new URL("property-seed.ts", import.meta.url))],
			testTimeout: options.testTimeout,
			// What is waited for is a condition; a busy machine comes to it later than in vitest's one second.
			expect: { poll: { timeout: 30_000 } },
			hookTimeout: options.testTimeout * 2,
			// One file more than there are cores: most tests wait for something. Left to itself vitest keeps one core free.
			maxWorkers: options.parallel ? availableParallelism() + 1 : 1,
			sequence: { groupOrder },
		},
	};
}

const workerd = tests("workerd", 1, { testTimeout: 30_000, parallel: true });

export default defineConfig({
	root,
	test: {
		reporters: process.env.CI ? ["default", ["json", { outputFile: "dist/test-report.json" }]] : ["default"],
		projects: [
			// No test is judged by its time: this only ends one that hangs, on a busy machine too.
			tests("node", 0, { testTimeout: 90_000, parallel: true }),
			{
				...workerd,
				plugins: [
					cloudflareTest({
						// The Durable Objects' doors are the program under test; compatibility date and flags are the deployed ones.
						main: fileURLToPath(new URL("./workerd/objects.ts", import.meta.url)),
						wrangler: { configPath: wranglerToml },
					}),
				],
			},
			tests("conformance", 1, { testTimeout: 120_000, parallel: true }),
			tests("browser", 2, { testTimeout: 120_000, parallel: true }),
			tests("faults", 3, { testTimeout: 300_000, parallel: false }),
		],
	},
});
