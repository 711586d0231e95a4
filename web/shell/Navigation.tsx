import { For, type JSX, onMount } from "solid-js";
import { usePage } from "../page-context.tsx";
import { AUDIT, BUILT_IN_LINKS } from "../pages/titles.ts";

interface Destination {
	name: string;
	title: string;
	path: string;
}

/** The built-in pages, the colony's own, and for those who may act the record of who did. Plain links: every page is a document. */
export function Navigation(): JSX.Element {
	const page = usePage();
	const links = (): Destination[] => [
		...BUILT_IN_LINKS,
		...page.layout().pages.map(({ name, title }) => ({ name, title, path: `/${name}` })),
		...(page.input.user?.role === "viewer" ? [] : [AUDIT]),
	];
	let list!: HTMLElement;
	// On a phone the list is wider than the screen.
	onMount(() => {
		const here = list.querySelector<HTMLElement>("[aria-current]");
		if (here) list.scrollLeft = here.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;
	});
	return (
		<nav class="pages" aria-label="Pages" ref={list}>
			<ul>
				<For each={links()}>
					{(link) => (
						<li>
							<a
								href={page.href(link.path)}
								aria-current={link.name === page.input.page.split("/", 1)[0] ? "page" : undefined}
								title={link.title}
							>
								<span class="cut">{link.title}</span>
							</a>
						</li>
					)}
				</For>
			</ul>
		</nav>
	);
}
