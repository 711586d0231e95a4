/** A wire between a bridge and a dashboard that can be cut: bytes pass both ways until then. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class CutWire {
	readonly #server: Server;
	readonly #ends = new Set<Socket>();

	private constructor(server: Server) {
		this.#server = server;
	}

	/** @param url where it leads, asked for each connection where that may change. */
	static async to(url: string | (() => string)): Promise<CutWire> {
		const server = createServer((near) => {
			const { hostname, port } = new URL(typeof url === "string" ? url : url());
			const far = connect(Number(port), hostname);
			for (const [end, other] of [
				[near, far],
				[far, near],
			] as const) {
				wire.#ends.add(end);
				end.on("error", () => {});
				end.on("close", () => {
					wire.#ends.delete(end);
					other.destroy();
				});
				end.pipe(other);
			}
		});
		const wire = new CutWire(server);
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		return wire;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Everything on its way is lost. @returns whether there was a connection. */
	cut(): boolean {
		const there = this.#ends.size > 0;
		for (const end of this.#ends) end.destroy();
		return there;
	}

	async close(): Promise<void> {
		this.cut();
		this.#server.close();
		await once(this.#server, "close");
	}
}
