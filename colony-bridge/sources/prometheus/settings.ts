import * as v from "valibot";
import { Name } from "../../protocol/wire/names.ts";
import { ACCESS, type Access, addressOf } from "../access.ts";
import { Address, defineSource, oneOrMore, Path } from "../definition.ts";
import { PrometheusSource } from "./prometheus-source.ts";
import { kubernetesTargets } from "./targets/kubernetes.ts";
import { srvTargets, staticTarget, type TargetList } from "./targets/target.ts";

const TARGET = { url: Address, ...ACCESS, job: v.optional(Name), kubeconfig: v.optional(Path) };
const SCHEMES = ["http:", "https:", "dns+srv:", "kubernetes:"];

interface PlannedTarget extends Access {
	url: URL;
	job: string;
	kubeconfig?: string | undefined;
}

function targetsOf({ url, job, kubeconfig, ...access }: PlannedTarget): TargetList {
	switch (url.protocol) {
		case "dns+srv:":
			return srvTargets(url, { job, ...access });
		case "kubernetes:":
			return kubernetesTargets(url, { job, kubeconfig, ...access });
		default:
			return staticTarget(url, job, access);
	}
}

/** Scrape targets, all read as one source. */
export const PROMETHEUS = defineSource({
	settings: {
		prometheus: {
			schema: oneOrMore(Address, v.strictObject(TARGET)),
			help: "Scrape targets: http(s)://HOST/metrics, dns+srv://NAME/metrics, kubernetes://NAMESPACE?selector=LABELS",
			value: "URL...",
			list: true,
			fields: Object.keys(TARGET),
		},
		job: { schema: v.optional(Name), help: "Label job of the scrape targets; default prometheus", value: "name" },
	},
	usage: "--prometheus URL",
	plan({ prometheus = [], job = "prometheus" }, { where, intervalMs }) {
		const targets = prometheus.map((entry): PlannedTarget => {
			const own = typeof entry === "string" ? { url: entry } : entry;
			return { ...own, job: own.job ?? job, url: addressOf(own, "prometheus", where, SCHEMES) };
		});
		return targets.length > 0 ? [{ make: () => new PrometheusSource(targets.map(targetsOf), { intervalMs }) }] : [];
	},
});
