import { startWranglerDev } from "../wire/wrangler-dev.ts";
import { survivesKills, TOKEN } from "./survives-kills.ts";

survivesKills("workerd", 3, async (folder) => {
	const { url, end } = await startWranglerDev(folder, TOKEN);
	return { url, kill: () => end("SIGKILL") };
});
