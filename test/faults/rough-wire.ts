/**
 * A wire that does its worst to a link, every few hundred milliseconds: cuts it, holds bytes back, hands them on in splinters, swaps two pieces,
 * or closes one way only. TCP promises order, so a swap is what a broken middlebox does: the framing above it must notice, and nothing of it may
 * be taken in.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

const HARMS = ["cut", "delay", "split", "swap", "half-close"] as const;
export type Harm = (typeof HARMS)[number];

/** One way of one connection. */
class Way {
	harm: Harm | undefined;
	readonly #to: Socket;
	/** Earlier bytes go first, whatever the delay. */
	#line = Promise.resolve();

	constructor(from: Socket, to: Socket) {
		this.#to = to;
		from.on("data", (bytes) => this.#pass(bytes as Buffer));
		from.on("end", () => this.#after(0, () => to.end()));
	}

	#pass(bytes: Buffer): void {
		const harm = this.harm;
		if (harm === "swap" && bytes.length > 1) {
			this.harm = undefined;
			const middle = Math.floor(bytes.length / 2);
			this.#send(Buffer.concat([bytes.subarray(middle), bytes.subarray(0, middle)]));
		} else if (harm === "split") {
			this.harm = undefined;
			const size = Math.max(1, Math.ceil(bytes.length / 7));
			for (let at = 0; at < bytes.length; at += size) this.#send(bytes.subarray(at, at + size), 3);
		} else if (harm === "delay") {
			this.harm = undefined;
			this.#send(bytes, 150);
		} else this.#send(bytes);
	}

	#send(bytes: Buffer, ms = 0): void {
		this.#after(ms, () => this.#to.writable && this.#to.write(bytes));
	}

	#after(ms: number, work: () => void): void {
		this.#line = this.#line.then(() => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined)).then(work);
	}
}

export class RoughWire {
	/** Count of each fault. */
	readonly harms: Record<Harm, number> = { cut: 0, delay: 0, split: 0, swap: 0, "half-close": 0 };
	/** The target of the bytes: a restarted server has another port. */
	target: URL;
	readonly #server: Server;
	readonly #links = new Map<Socket, { far: Socket; ways: [Way, Way] }>();
	#timer: NodeJS.Timeout | undefined;

	private constructor(server: Server, target: string) {
		this.#server = server;
		this.target = new URL(target);
		server.on("connection", (near) => this.#join(near));
	}

	static async to(url: string): Promise<RoughWire> {
		const server = createServer({ allowHalfOpen: true });
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		return new RoughWire(server, url);
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Something happens to every link now and then, on the average in so many ms. */
	rage(everyMs: number, harms: readonly Harm[] = HARMS): void {
		const again = () => {
			const harm = harms[Math.floor(Math.random() * harms.length)] as Harm;
			for (const near of this.#links.keys()) this.#do(harm, near);
			this.#timer = setTimeout(again, everyMs * (0.5 + Math.random()));
		};
		this.#timer = setTimeout(again, everyMs);
	}

	calm(): void {
		clearTimeout(this.#timer);
		for (const { ways } of this.#links.values()) for (const way of ways) way.harm = undefined;
	}

	#do(harm: Harm, near: Socket): void {
		const link = this.#links.get(near);
		if (!link) return;
		this.harms[harm] += 1;
		const side = Math.random() < 0.5 ? 0 : 1;
		if (harm === "cut") near.destroy();
		else if (harm === "half-close") (side === 0 ? link.far : near).end();
		else link.ways[side].harm = harm;
	}

	#join(near: Socket): void {
		const far = connect({ port: Number(this.target.port), host: this.target.hostname, allowHalfOpen: true });
		this.#links.set(near, { far, ways: [new Way(near, far), new Way(far, near)] });
		for (const [end, other] of [
			[near, far],
			[far, near],
		] as const) {
			end.on("error", () => {});
			end.on("close", () => {
				this.#links.delete(near);
				other.destroy();
			});
		}
	}

	async close(): Promise<void> {
		this.calm();
		for (const near of this.#links.keys()) near.destroy();
		this.#server.close();
		await once(this.#server, "close");
	}
}
