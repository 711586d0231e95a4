/** Prometheus and VictoriaMetrics on the same samples and the same questions, where they are installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Figure } from "../harness/figure.ts";
import { askAll } from "./in-promql.ts";
import { type Stretch, writeRequest } from "./remote-write.ts";
import { INTERVAL_MS, workload } from "./workload.ts";

type Line = Omit<Figure, "bench">;

interface Peer {
	name: string;
	/** Debian's package and program. */
	program: string;
	options(folder: string, address: string): Promise<string[]>;
	/** Path that answers once it can be asked. */
	ready: string;
	/** Brings all samples to disk, where the end of the program does not. */
	flush?(base: string): Promise<unknown>;
	/** Where they lie then. */
	kept: string[];
}

const PEERS: readonly Peer[] = [
	{
		name: "Prometheus",
		program: "prometheus",
		async options(folder, address) {
			const config = join(folder, "prometheus.yml");
			await writeFile(config, "{}\n");
			return [
				`--config.file=${config}`,
				`--storage.tsdb.path=${join(folder, "data")}`,
				`--web.listen-address=${address}`,
				"--web.enable-remote-write-receiver",
				"--web.enable-admin-api",
				"--log.level=error",
			];
		},
		ready: "/-/ready",
		// Its newest hours lie in its log only: a snapshot writes them as blocks.
		flush: async (base) => (await fetch(`${base}/api/v1/admin/tsdb/snapshot`, { method: "POST" })).text(),
		kept: ["data/snapshots"],
	},
	{
		name: "VictoriaMetrics",
		program: "victoria-metrics",
		async options(folder, address) {
			return [
				`-storageDataPath=${join(folder, "data")}`,
				`-httpListenAddr=${address}`,
				"-retentionPeriod=12",
				"-loggerLevel=ERROR",
				// It would not answer with the newest 30 s, which here are the question.
				"-search.latencyOffset=0s",
			];
		},
		ready: "/health",
		// What came within the last second cannot be asked for yet.
		flush: async (base) => (await fetch(`${base}/internal/force_flush`)).text(),
		kept: ["data/data", "data/indexdb"],
	},
];

export async function* peers(hours: number): AsyncGenerator<Line> {
	for (const peer of PEERS) {
		if (spawnSync(peer.program, ["--version"]).error) {
			console.error(`${peer.name} is not here: apt-get install ${peer.program}`);
			continue;
		}
		const folder = await mkdtemp(join(tmpdir(), "hiveframe-peer-"));
		const address = `127.0.0.1:${await freePort()}`;
		const child = spawn(peer.program, await peer.options(folder, address), { stdio: ["ignore", "ignore", "inherit"], cwd: folder });
		try {
			const samples = yield* measure(peer, hours, `http://${address}`, child);
			await end(child);
			const bytes = await Promise.all(peer.kept.map((kept) => bytesIn(join(folder, kept))));
			yield {
				name: `${peer.name}: bytes_per_sample of ${hours} h`,
				value: bytes.reduce((sum, each) => sum + each) / samples,
				unit: "bytes",
			};
		} finally {
			await end(child);
			await rm(folder, { recursive: true, force: true });
		}
	}
}

/** @returns the samples it was given. */
async function* measure(peer: Peer, hours: number, base: string, child: ChildProcess): AsyncGenerator<Line, number> {
	await ready(`${base}${peer.ready}`, child);
	const { definitions, tick, jitter } = workload();
	const pushes = (hours * 3_600_000) / INTERVAL_MS;
	let at = Date.now() - pushes * INTERVAL_MS;
	let busy = 0;
	for (let push = 0; push < pushes; ) {
		const stretch: Stretch = { at: [], values: [] };
		for (const last = Math.min(pushes, push + 120); push < last; push++) {
			at += INTERVAL_MS + jitter();
			stretch.at.push(Math.min(at, Date.now()));
			stretch.values.push(tick());
		}
		const body = new Uint8Array(writeRequest(definitions, stretch));
		const headers = {
			"content-type": "application/x-protobuf",
			"content-encoding": "snappy",
			"x-prometheus-remote-write-version": "0.1.0",
		};
		const begun = performance.now();
		const response = await fetch(`${base}/api/v1/write`, { method: "POST", headers, body });
		busy += performance.now() - begun;
		if (!response.ok) throw new Error(`${peer.name} did not take the samples: ${response.status} ${await response.text()}`);
	}
	const samples = pushes * definitions.length;
	yield {
		name: `${peer.name}: samples_per_second of ${hours} h, in requests of 78,000`,
		value: (samples / busy) * 1000,
		unit: "samples/s",
	};
	await peer.flush?.(base);
	yield* askAll(peer.name, `${base}/api/v1`, at / 1000);
	return samples;
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, "close");
	child.kill();
	await gone;
}

async function ready(url: string, child: ChildProcess): Promise<void> {
	for (let tries = 0; tries < 300; tries++) {
		if (child.exitCode !== null) break;
		const response = await fetch(url).catch(() => undefined);
		if (response?.ok) return;
		await pause(100);
	}
	throw new Error(`${child.spawnfile} did not come up at ${url}`);
}

async function bytesIn(folder: string): Promise<number> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const sizes = await Promise.all(
		entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
	);
	return sizes.reduce((sum, size) => sum + size, 0);
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	return port;
}
