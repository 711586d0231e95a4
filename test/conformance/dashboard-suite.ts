import { afterAll, beforeAll, describe } from "vitest";
import { arrivalsSuite } from "./arrivals-suite.ts";
import { bridgeSuite } from "./bridge-suite.ts";
import { exportSuite } from "./export-suite.ts";
import { fleetSuite } from "./fleet-suite.ts";
import { floodSuite, openSilent } from "./flood-suite.ts";
import type { Host, StartHost } from "./host.ts";
import { intakeSuite } from "./intake-suite.ts";
import { nameSuite } from "./name-suite.ts";
import { checkedFetch } from "./openapi-check.ts";
import { emptySuite, pageSuite } from "./page-suite.ts";
import { pastSuite } from "./past-suite.ts";
import { problemSuite } from "./problem-suite.ts";
import { prometheusSuite } from "./prometheus-suite.ts";
import { reportSuite } from "./report-suite.ts";
import { restSuite } from "./rest-suite.ts";
import type { TextSocket } from "./text-socket.ts";
import { viewerSuite } from "./viewer-suite.ts";

/** The whole contract of a dashboard over HTTP and WebSockets, the same for every host. */
export function dashboardSuite(name: string, start: StartHost): void {
	describe(name, () => {
		describe("before any push", () => emptySuite(start));
		describe("bridges on their way", () => arrivalsSuite(start));

		describe("with colonies", () => {
			let running: Host;
			let silent: TextSocket[] = [];
			const plain = globalThis.fetch;
			beforeAll(async () => {
				running = await start();
				globalThis.fetch = await checkedFetch(running.url, plain);
				silent = await openSilent(running);
			});
			afterAll(() => {
				globalThis.fetch = plain;
				return running?.stop();
			});
			const host = () => running;
			describe("REST", () => restSuite(host));
			describe("exports", () => exportSuite(host));
			describe("Prometheus' API", () => prometheusSuite(host));
			describe("problems", () => problemSuite(host));
			describe("names", () => nameSuite(host));
			describe("bridges", () => bridgeSuite(host));
			describe("viewers", () => viewerSuite(host));
			describe("pages", () => pageSuite(host));
			describe("the past", () => pastSuite(host));
			describe("all clusters", () => fleetSuite(host));
			describe("reports", () => reportSuite(host));
			describe("senders", () => intakeSuite(host));
			describe("floods", () => floodSuite(host, () => silent));
		});
	});
}
