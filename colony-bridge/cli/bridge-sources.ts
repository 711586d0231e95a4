/** The sources that a plan asks for. */
import { HiveFrameSource } from "../sources/hiveframe/hiveframe-source.ts";
import { LogSource } from "../sources/logs/log-source.ts";
import { PrometheusSource } from "../sources/prometheus/prometheus-source.ts";
import { srvTargets } from "../sources/prometheus/targets/dns-srv.ts";
import { kubernetesTargets } from "../sources/prometheus/targets/kubernetes.ts";
import { staticTarget, type TargetList } from "../sources/prometheus/targets/target.ts";
import type { Source } from "../sources/source.ts";
import { StdinSource } from "../sources/stdin/stdin-source.ts";
import { type BridgePlan, isStdin } from "./bridge-plan.ts";

export function sourcesOf(plan: BridgePlan): Source[] {
	const sources: Source[] = [];
	if (plan.stdin) sources.push(new StdinSource(process.stdin));
	if (plan.prometheus.length > 0) sources.push(new PrometheusSource(plan.prometheus.map(targetsOf), { intervalMs: plan.intervalMs }));
	const several = plan.hiveframe.length > 1;
	for (const { url, ...access } of plan.hiveframe) sources.push(new HiveFrameSource(url, { several, ...access }));
	for (const log of plan.logs)
		sources.push(new LogSource(isStdin(log) ? process.stdin : log.file, { fromStart: log.fromStart, zone: log.zone }));
	return sources;
}

function targetsOf({ url, job, kubeconfig, ...access }: BridgePlan["prometheus"][number]): TargetList {
	switch (url.protocol) {
		case "dns+srv:":
			return srvTargets(url, { job, ...access });
		case "kubernetes:":
			return kubernetesTargets(url, { job, kubeconfig, ...access });
		default:
			return staticTarget(url, job, access);
	}
}
