/** StatsD over UDP as a source: datagrams of lines, from any number of senders. */
import { createSocket, type Socket } from "node:dgram";
import { LeftOutTally } from "../../bridge/left-out.ts";
import { wordsOf } from "../../bridge/warnings.ts";
import type { ColonySnapshot } from "../../colony.ts";
import { counted } from "../../protocol/values/text.ts";
import { TokenBucket } from "../../protocol/wire/token-bucket.ts";
import { ReachCheck } from "../reads.ts";
import type { Source } from "../source.ts";
import { parseStatsd } from "./statsd-line.ts";
import { StatsdMetrics } from "./statsd-metrics.ts";

/** More would keep the bridge from its other work. */
const LINES = { perSecond: 20_000, burst: 40_000 } as const;
const LINE_CHARS = 4_000;
const FIELD = "statsd";

export interface StatsdAddress {
	host: string;
	port: number;
}

export class StatsdSource implements Source {
	readonly name: string;
	readonly #address: StatsdAddress;
	readonly #check: ReachCheck;
	readonly #metrics = new StatsdMetrics();
	readonly #leftOut = new LeftOutTally();
	readonly #rate = new TokenBucket(LINES);
	#socket: Socket | undefined;
	#stopped = false;
	#lines = 0;

	constructor(address: StatsdAddress) {
		const { host, port } = address;
		this.name = `statsd ${host.includes(":") ? `[${host}]` : host}:${port}`;
		this.#address = address;
		this.#check = new ReachCheck(this.name);
	}

	/** The port that is listened on; undefined: none yet. */
	get port(): number | undefined {
		try {
			return this.#socket?.address().port;
		} catch {
			return undefined;
		}
	}

	start(): void {
		const socket = createSocket({ type: this.#address.host.includes(":") ? "udp6" : "udp4" });
		this.#socket = socket;
		socket.on("listening", () => this.#check.note("ok"));
		socket.on("message", (datagram) => this.#take(datagram.toString("utf8")));
		// The port of another process, an address of another machine: tried again with the next snapshot.
		socket.on("error", (error) => {
			this.#check.note("failed", `${this.name} cannot be listened on: ${wordsOf(error)}`);
			socket.close();
			this.#socket = undefined;
		});
		socket.bind(this.#address.port, this.#address.host);
	}

	read(): ColonySnapshot {
		if (!this.#socket && !this.#stopped) this.start();
		return { metrics: this.#metrics.read(), checks: [this.#check.view()], leftOut: this.#leftOut.list };
	}

	status(): string {
		return `${counted(this.#lines, "StatsD line")}, ${counted(this.#metrics.size, "metric")}`;
	}

	stop(): void {
		this.#stopped = true;
		this.#socket?.close();
		this.#socket = undefined;
	}

	#take(datagram: string): void {
		const now = Date.now();
		for (const line of datagram.split("\n")) {
			const text = line.trim();
			if (text === "") continue;
			this.#lines++;
			try {
				if (!this.#rate.take(now)) throw new Error(`more than ${LINES.perSecond} lines a second: have the clients sample (@0.1)`);
				if (text.length > LINE_CHARS) throw new Error(`a line has more than ${LINE_CHARS} characters`);
				this.#metrics.add(parseStatsd(text), now);
			} catch (error) {
				this.#leftOut.happened(FIELD, error);
			}
		}
	}
}
