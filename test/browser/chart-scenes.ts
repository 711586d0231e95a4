/** Charts of every kind over a quarter of an hour that stands still: gaps, lone values, stacks, bars, a constant, one point, long names. */
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { DashboardServer } from "../../worker/node/index.ts";
import { RawBridge } from "../wire/raw-bridge.ts";

const PUSHES = 180;
const STEP_MS = 5000;
/** A bridge that is not heard for three of these is silent, which charts show: longer than any test. */
const HEARD_FOR_MS = 600_000;

type Value = (i: number) => number | undefined;

const wave =
	(phase: number, height = 40): Value =>
	(i) =>
		50 + height * Math.sin(i / 9 + phase) + ((i * 7) % 5);

const SERIES: { name: string; unit?: string; labels?: Record<string, string>; value: Value }[] = [
	{ name: "waves_a", unit: "bees", value: wave(0) },
	{ name: "waves_b", unit: "bees", value: wave(2) },
	{ name: "waves_c", unit: "bees", value: wave(4) },
	// Gaps, a value alone between two of them, and one at the end.
	{ name: "holes_a", unit: "bees", value: (i) => (i % 60 < 30 || i % 60 === 45 ? wave(1)(i) : undefined) },
	{ name: "holes_b", unit: "bees", value: (i) => (i % 40 < 20 || i === PUSHES - 1 ? wave(3, 20)(i) : undefined) },
	{ name: "below_zero_celsius", value: (i) => -5 + 10 * Math.sin(i / 20) },
	{ name: "constant", unit: "bees", value: () => 7 },
	{ name: "one_point", unit: "bees", value: (i) => (i === PUSHES - 2 ? 12 : undefined) },
	...["north", "east", "south"].map((labels, n) => ({
		name: "stored_megabytes",
		unit: "megabytes",
		labels: { hive: labels },
		value: ((i) => (n === 1 && i % 50 > 40 ? undefined : 100 + 40 * n + 30 * Math.sin(i / 15 + n))) as Value,
	})),
	...Array.from({ length: 3 }, (_, n) => ({
		name: `a_metric_whose_name_is_longer_than_any_panel_of_a_phone_is_wide_number_${n}`,
		unit: "bees",
		value: wave(n, 10),
	})),
];

const WIDGETS = [
	["Lines", "line", ["waves_a", "waves_b", "waves_c"]],
	["Gaps", "line", ["holes_a", "holes_b"]],
	["Areas", "area", ["waves_a", "waves_b"]],
	["Gaps in areas", "area", ["holes_a", "holes_b"]],
	["Stacked", "area", ['stored_megabytes{hive="north"}', 'stored_megabytes{hive="east"}', 'stored_megabytes{hive="south"}']],
	["Bars", "bar", ["waves_a", "holes_a"]],
	["Below zero", "area", ["below_zero_celsius"]],
	["Constant", "line", ["constant"]],
	["One point", "line", ["one_point"]],
	["Long names", "line", SERIES.slice(-3).map(({ name }) => name)],
] as const;

export interface Scenes {
	/** Instant of the page, which ends where the values do. */
	url: string;
	/** The same page, live. */
	liveUrl: string;
	/** One more value of each series, now. */
	push(): Promise<void>;
	stop(): Promise<void>;
}

export async function startScenes(): Promise<Scenes> {
	const dashboard = new DashboardServer({ bridgeToken: "scenes" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const bridge = await RawBridge.connect(dashboard.url, "scenes", { intervalMs: HEARD_FOR_MS });
	let seq = 0;
	const send = async (...frames: ((seq: number) => UpFrame)[]) => {
		bridge.push(...frames.map((frame) => frame(++seq)));
		await bridge.acknowledge(seq);
	};
	await send(
		(seq) => ({
			type: "series",
			seq,
			series: SERIES.map(({ name, unit, labels }, id) => ({
				id,
				name,
				type: "gauge" as const,
				...(unit && { unit }),
				...(labels && { labels }),
			})),
		}),
		(seq) => ({
			type: "layout",
			seq,
			layout: {
				widgets: [],
				pages: [
					{
						name: "scenes",
						title: "Scenes",
						widgets: WIDGETS.map(([title, chartType, metrics]) => ({
							kind: "chart" as const,
							title,
							chartType,
							metrics: [...metrics],
							timeRange: "15m",
						})),
					},
				],
			},
		}),
	);
	const tick = (i: number, at: number) =>
		send((seq) => {
			const known = SERIES.flatMap(({ value }, id) => {
				const number = value(i);
				return number === undefined ? [] : [{ id, number }];
			});
			return { type: "tick", seq, at, ids: known.map(({ id }) => id), values: known.map(({ number }) => number) };
		});
	const end = Math.floor(Date.now() / STEP_MS) * STEP_MS;
	for (let i = 0; i < PUSHES; i++) await tick(i, end - (PUSHES - 1 - i) * STEP_MS);
	let pushed = PUSHES;
	const liveUrl = new URL("/scenes", dashboard.url).href;
	return {
		url: `${liveUrl}?range=15m&end=${new Date(end).toISOString()}`,
		liveUrl,
		push: () => tick(pushed++, Date.now()),
		async stop() {
			await bridge.close();
			await dashboard.stop();
		},
	};
}
