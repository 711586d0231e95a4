/** Sorts of things that a colony may report beside series. Pages leave out those that this one never did. */
export const REPORTED = ["workers", "tasks", "streams", "checks", "errors"] as const;
export type ReportedKind = (typeof REPORTED)[number];

/** The kinds of things a cluster has ever reported: `true`, or the instant since which it has none of the kind, ms. */
export type Reported = Partial<Record<"series" | ReportedKind, true | number>>;

/** Series and, it may be, checks on those who are asked for them: of a Prometheus target, say. */
export const onlySeries = ({ series, workers, tasks, streams }: Reported): boolean =>
	series !== undefined && [workers, tasks, streams].every((kind) => kind === undefined);
