/** Shows a colony of worker threads on a dashboard inside the same program. */
import { DashboardServer, LocalColony } from "hiveframe-dashboard";

/** Runs in a thread, which has nothing from around the function. */
function sumOfSquares(upTo: number): number {
	let sum = 0;
	for (let i = 1; i <= upTo; i++) sum += i * i;
	return sum;
}

const colony = new LocalColony("squares", { numWorkers: 3 });
await colony.start();
const dashboard = new DashboardServer({ colony });
await dashboard.start({ host: "127.0.0.1", port: Number(process.env.PORT ?? 8080) });
console.log(`Dashboard: ${dashboard.url}`);

process.once("SIGINT", async () => {
	await dashboard.stop();
	await colony.stop();
});

await Promise.all(Array.from({ length: 20 }, (_, i) => colony.submit(sumOfSquares, i * 1000)));
console.log("20 tasks are done");
