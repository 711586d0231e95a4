import type { JSX } from "solid-js";
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";
import type { PageContext } from "../page/pages.d.ts";
import { BUILT_IN_LINKS } from "../page/titles.ts";
import { Brand } from "./Brand.tsx";

/** An error page, with links to continue. */
export function ProblemPage(props: { problem: Problem; context: PageContext }): JSX.Element {
	const { problem, context } = props;
	return (
		<main class="problem">
			<Brand title={context.config.title} logoUrl={context.config.logoUrl} href={`${context.base}/`} />
			<p class="problem-status">{problem.status}</p>
			<h1>{problem.title}</h1>
			<p>{problem.detail}</p>
			<ul class="problem-ways">
				{BUILT_IN_LINKS.map((link) => (
					<li>
						<a href={`${context.base}${link.path}`}>{link.title}</a>
					</li>
				))}
			</ul>
		</main>
	);
}
