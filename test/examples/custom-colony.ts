/** Makes any program a colony: an object with a name and a snapshot. The buttons Restart and Scale of the dashboard call its two methods. */
import { type Colony, DashboardServer } from "hiveframe-dashboard";

interface Crawler {
	restarts: number;
	pages: number;
}
const crawlers = new Map<string, Crawler>();

function resize(count: number): void {
	for (const id of [...crawlers.keys()].slice(count)) crawlers.delete(id);
	for (let i = crawlers.size; i < count; i++) crawlers.set(`crawler-${i + 1}`, { restarts: 0, pages: 0 });
}
resize(2);
const work = setInterval(() => {
	for (const crawler of crawlers.values()) crawler.pages += Math.ceil(Math.random() * 5);
}, 500);

const colony: Colony = {
	name: "crawlers",
	snapshot: () => ({
		workers: [...crawlers].map(([id, { restarts }]) => ({ id, status: "busy" as const, restarts })),
		metrics: [...crawlers].map(([worker, { pages }]) => ({
			name: "tasks_completed",
			type: "counter" as const,
			labels: { worker },
			value: pages,
		})),
	}),
	async restartWorker(id) {
		const crawler = crawlers.get(id);
		if (!crawler) throw new Error(`there is no ${id}`);
		crawlers.set(id, { restarts: crawler.restarts + 1, pages: 0 });
		return `${id} begins again`;
	},
	async scale(workers) {
		resize(workers);
		return `${workers} crawlers`;
	},
};

const dashboard = new DashboardServer({ colony });
await dashboard.start({ host: "127.0.0.1", port: Number(process.env.PORT ?? 8080) });
console.log(`Dashboard: ${dashboard.url}`);

process.once("SIGINT", async () => {
	clearInterval(work);
	await dashboard.stop();
});
