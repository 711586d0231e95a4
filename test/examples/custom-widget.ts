/** Draws a widget of one's own, in HTML. The class runs in this program; pages show what it draws in a frame without scripts. */
import { type Colony, DashboardServer, Widget, type WidgetContext } from "hiveframe-dashboard";

const began = Date.now();

class Uptime extends Widget<{ minutes: number }> {
	/** Time between two drawings, ms. */
	override readonly refreshIntervalMs = 10_000;

	override getData() {
		return { minutes: Math.floor((Date.now() - began) / 60_000) };
	}

	override render({ title, data }: WidgetContext<{ minutes: number }>): string {
		return `<style>b { font: 3rem system-ui }</style><h3>${title}</h3><p><b>${data.minutes}</b> min</p>`;
	}
}

const colony: Colony = { name: "uptime", snapshot: () => ({ workers: [{ id: "worker-1", status: "idle" }] }) };
const dashboard = new DashboardServer({ colony });
dashboard.addPage("uptime", "Uptime", [new Uptime("Up for")]);
await dashboard.start({ host: "127.0.0.1", port: Number(process.env.PORT ?? 8080) });
console.log(`Dashboard: ${dashboard.url}`);

process.once("SIGINT", () => dashboard.stop());
