import { startNodeHost } from "./node-host-process.ts";
import { survivesKills, TOKEN } from "./survives-kills.ts";

survivesKills("the Node host", 5, (folder) => startNodeHost(folder, TOKEN));
survivesKills("the Node host", 3, (folder) => startNodeHost(folder, TOKEN), true);
