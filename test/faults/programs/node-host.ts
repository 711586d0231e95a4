/** A dashboard that keeps its clusters in the folder it is told, and reports its address. Arguments: folder, bridge token. */
import { DashboardServer } from "hiveframe-dashboard";

const [storage = "", bridgeToken = ""] = process.argv.slice(2);
const server = new DashboardServer({ storage, bridgeToken });
await server.start({ host: "127.0.0.1", port: 0 });
process.send?.(server.url);
