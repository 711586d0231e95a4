import * as v from "valibot";
import type { Colony } from "../../colony-bridge/colony.ts";
import { checkOptions } from "../../colony-bridge/option-check.ts";
import {
	type DashboardConfigInput,
	DashboardConfig as Schema,
	type DashboardConfig as Values,
} from "../../colony-bridge/protocol/http/config.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { ClusterName } from "../../colony-bridge/protocol/wire/names.ts";
import { DashboardLayout } from "../../colony-bridge/widgets/dashboard-layout.ts";
import type { AnyWidget } from "../../colony-bridge/widgets/widget.ts";
import { requireSomebody } from "../access/gate.ts";
import { addressOf, openToOthers } from "./http/reach.ts";
import { type DashboardSettings, type RunningDashboard, startDashboard } from "./running-dashboard.ts";

const PATH = 'write a path such as "/hive", without a slash at its end';
const PROXIES = "write how many proxies stand before the dashboard, 0 to 10";
const Options = v.strictObject({
	config: v.optional(
		v.custom<DashboardConfig | DashboardConfigInput>(
			(given) => typeof given === "object" && given !== null,
			"write new DashboardConfig({ ... })",
		),
	),
	/** The colony to show, in this process. Without one the dashboard shows what remote bridges push. */
	colony: v.optional(
		v.custom<Colony>((given) => {
			const colony = given as Partial<Colony> | null | undefined;
			return typeof colony?.name === "string" && typeof colony.snapshot === "function";
		}, "a colony is an object with a name and a snapshot() method"),
	),
	/** `temporary`: a file that is gone with `stop()` or the process; else the path of a directory, which is made if it is not there. */
	storage: v.optional(
		v.pipe(
			v.string(),
			v.minLength(1, 'write "temporary" or the path of a directory'),
			v.check((path) => path !== "memory", 'data is not kept in memory: write "temporary" or the path of a directory, such as "./memory"'),
		),
		"temporary",
	),
	/** Token of remote bridges. Without it no remote bridge can push. */
	bridgeToken: v.optional(
		v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, "a token has visible ASCII characters and no spaces; `openssl rand -hex 32` makes one")),
	),
	/** Signs sessions, where several servers are to know each other's. Absent: the storage keeps a key. */
	sessionKey: v.optional(v.pipe(v.string(), v.minLength(32, "sessionKey has 32 characters or more; `openssl rand -hex 32` makes one"))),
	/** Number of your own proxies in front of the dashboard. The client's address is taken from `X-Forwarded-For`, that many entries from its end. */
	proxies: v.optional(v.pipe(v.number(PROXIES), v.integer(PROXIES), v.minValue(0, PROXIES), v.maxValue(10, PROXIES)), 0),
	/** Path under which all of it is: pages, files, API, sockets, cookies. For several dashboards behind one host name. */
	basePath: v.optional(v.pipe(v.string(PATH), v.maxLength(200, PATH), v.regex(/^(\/[\w~-][\w.~-]*)*$/, PATH)), ""),
	/** The cluster's name in URLs. Default: the colony's name as far as a URL can hold it, else `default`. */
	cluster: v.optional(ClusterName),
});
export type DashboardServerOptions = v.InferInput<typeof Options>;

const port = "a port is a whole number from 0 (any free one) to 65535";
const StartOptions = v.strictObject({
	/** Address to listen at. */
	host: v.optional(v.pipe(v.string(), v.minLength(1, 'write an address, such as "127.0.0.1"')), "0.0.0.0"),
	port: v.optional(v.pipe(v.number(port), v.integer(port), v.minValue(0, port), v.maxValue(65_535, port)), 8080),
	/** False: `start()` settles when the server stops, not when it listens. */
	background: v.optional(v.boolean(), true),
});
export type StartOptions = v.InferInput<typeof StartOptions>;

interface Run {
	host: string;
	/** 0 until a free one is found. */
	port: number;
	dashboard: Promise<RunningDashboard>;
	running?: RunningDashboard;
	stopping?: Promise<void>;
	ended: PromiseWithResolvers<void>;
}

/**
 * HTTP server for the monitoring dashboard, in the caller's process.
 *
 *     const dashboard = new DashboardServer({ colony });
 *     await dashboard.start({ port: 8080 });
 *     console.log(`Dashboard: ${dashboard.url}`);
 */
export class DashboardServer {
	readonly #settings: DashboardSettings;
	readonly #layout = new DashboardLayout();
	#run: Run | undefined;

	/** @throws TypeError where an option is unknown or wrong, Error where sign-in is asked for and nobody could sign in. */
	constructor(options: DashboardServerOptions = {}) {
		const {
			config: given,
			colony,
			storage,
			bridgeToken,
			sessionKey,
			proxies,
			basePath,
			cluster,
		} = checkOptions("DashboardServer", Options, options);
		const config = new DashboardConfig({ ...given });
		if (config.authEnabled) requireSomebody(config);
		this.#settings = {
			config,
			...(storage !== "temporary" && { directory: storage }),
			...defined({ colony, bridgeToken, sessionKey }),
			proxies,
			basePath,
			cluster: cluster ?? clusterNameOf(colony?.name ?? ""),
		};
	}

	/**
	 * Says on standard error who may do what, where other machines reach it and nobody signs in.
	 * @returns a promise that settles when the server listens, or, with `background: false`, when it has stopped. The program stays up
	 * until `stop()`.
	 * @throws where it already runs, an option is wrong, the pages are not built, or the address or the storage cannot be had.
	 */
	async start(options: StartOptions = {}): Promise<void> {
		const { host, port, background } = checkOptions("start", StartOptions, options);
		if (this.#run) {
			throw new Error(
				`start: this dashboard already runs at ${this.#run.host}:${this.#run.port}; call stop() first, or make another DashboardServer`,
			);
		}
		const dashboard = startDashboard(this.#settings, this.#layout, { host, port });
		const run: Run = { host, port, dashboard, ended: Promise.withResolvers() };
		this.#run = run;
		try {
			run.running = await dashboard;
		} catch (error) {
			this.#run = undefined;
			run.ended.resolve();
			throw error;
		}
		run.port = run.running.port;
		const open = openToOthers(this.#settings.config, host);
		if (open !== undefined) console.warn(`Dashboard at port ${run.port}: ${open}.`);
		// Sources added during the start.
		this.#publish();
		if (!background) await run.ended.promise;
	}

	/** Stops the server; the colony keeps running. Does nothing where the server does not run. */
	async stop(): Promise<void> {
		const run = this.#run;
		if (!run) return;
		run.stopping ??= this.#stop(run);
		await run.stopping;
	}

	async #stop(run: Run): Promise<void> {
		try {
			const dashboard = await run.dashboard.catch(() => undefined);
			await dashboard?.stop();
		} finally {
			if (this.#run === run) this.#run = undefined;
			run.ended.resolve();
		}
	}

	/**
	 * Adds a widget to Overview, before or after `start()`.
	 * @param position row and column of the grid, from 0; without it the widget flows after the placed ones.
	 * @throws TypeError where the place is taken, naming both widgets.
	 */
	addWidget(widget: AnyWidget, position?: readonly [row: number, column: number]): void {
		this.#layout.addWidget(widget, position);
		this.#publish();
	}

	/**
	 * Adds a page at `/{name}`, before or after `start()`.
	 * @throws TypeError where a page has that name already, or no page can have it.
	 */
	addPage(name: string, title: string, widgets: readonly AnyWidget[]): void {
		this.#layout.addPage(name, title, widgets);
		this.#publish();
	}

	#publish(): void {
		if (this.isRunning) this.#run?.running?.publish();
	}

	/** The dashboard's address, with its base path. @throws before it has started and has a port. */
	get url(): string {
		const run = this.#run;
		if (!run) throw new Error("url: this dashboard does not run; call start() first");
		if (run.port === 0) throw new Error("url: the port is not known yet; await start() first");
		return addressOf(run.host, run.port) + this.#settings.basePath;
	}

	get isRunning(): boolean {
		return this.#run?.running !== undefined && this.#run.stopping === undefined;
	}
}

/** A colony's name as a cluster can have it in a URL. */
function clusterNameOf(colony: string): string {
	const name = colony
		.replace(/[^A-Za-z0-9._-]+/g, "-")
		.replace(/^[^A-Za-z0-9]+/, "")
		.slice(0, 63)
		.replace(/-+$/, "");
	return name || "default";
}

/** Appearance and behaviour of a dashboard, every field filled in. */
export type DashboardConfig = Readonly<Values>;

/**
 * `new DashboardConfig({ title: "Production Monitor", theme: "dark", refreshIntervalMs: 2000 })`: what is left out has its default.
 * @throws TypeError where an option is unknown or wrong.
 */
export const DashboardConfig = class DashboardConfig {
	constructor(options: DashboardConfigInput = {}) {
		Object.assign(this, checkOptions("DashboardConfig", Schema, options));
	}
	// The fields are the schema's: they are not written a second time.
} as unknown as new (
	options?: DashboardConfigInput,
) => DashboardConfig;
