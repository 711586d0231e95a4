import type { JSX } from "solid-js";
import { lacking } from "../../../colony-bridge/protocol/pages/pages.ts";
import { Empty } from "../../components/Panel.tsx";
import { usePage } from "../../page/context.tsx";

/** A page that would list what its colony has never reported. It becomes that page with the first of it. */
export default function Lacking(): JSX.Element {
	const page = usePage();
	return (
		<section class="panel">
			<Empty>
				No {lacking(page.input.page, page.input.reported)} yet: this colony has reported none.{" "}
				<a class="worker-link" href={page.links.href("/metrics")}>
					Metrics
				</a>{" "}
				has what it reports.
			</Empty>
		</section>
	);
}
