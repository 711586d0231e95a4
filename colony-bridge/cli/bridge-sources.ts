/** Every source, a folder each. Where two speak of the same worker, the earlier one's words count. */
import { HIVEFRAME } from "../sources/hiveframe/settings.ts";
import { LOGS } from "../sources/logs/settings.ts";
import { PROMETHEUS } from "../sources/prometheus/settings.ts";
import { STATSD } from "../sources/statsd/settings.ts";
import { STDIN } from "../sources/stdin/settings.ts";

export const SOURCES = [STDIN, PROMETHEUS, HIVEFRAME, STATSD, LOGS];
