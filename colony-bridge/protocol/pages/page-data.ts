import type { Query } from "../query/query.ts";
import type { Snapshot } from "../query/view.ts";
import type { Layout } from "../wire/layout.ts";

/** All that a page is drawn from. */
export interface PageData {
	/** 0: no bridge has ever pushed to this cluster. */
	position: number;
	layout: Layout;
	queries?: Query[];
	snapshot?: Snapshot;
}
