import { checkOptions } from "../../colony-bridge/option-check.ts";
import {
	type DashboardConfigInput,
	DashboardConfig as Schema,
	type DashboardConfig as Values,
} from "../../colony-bridge/protocol/http/config.ts";

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
