import { For, type JSX, onMount, Show } from "solid-js";
import { usePage } from "../page/context.tsx";
import { AUDIT, BUILT_IN_LINKS, RUNS } from "../page/titles.ts";

export function ThemeSwitch(): JSX.Element {
	const page = usePage();
	return (
		<button type="button" class="theme-switch" disabled={!page.display.hydrated()} on:click={() => page.display.switchTheme()}>
			<svg viewBox="0 0 16 16" aria-hidden="true" class="glyph">
				<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6" />
				<path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
			</svg>
			{/* CSS knows the theme before any script does. */}
			<span class="if-dark">Light theme</span>
			<span class="if-light">Dark theme</span>
		</button>
	);
}

/** The signed-in user and a sign-out form, which works without script and cannot be triggered by a link. */
export function UserBox(): JSX.Element {
	const { user, lacksSignIn, root } = usePage().input;
	return (
		<Show when={user} fallback={lacksSignIn && <ReadOnly />}>
			{(signedIn) => (
				<div class="user-box">
					<span class="cut" title={`${signedIn().name}, ${signedIn().role}`}>
						{signedIn().name} · {signedIn().role}
					</span>
					<Show when={signedIn().role === "operator"}>
						<a href={`${root}/access/tokens`}>Tokens</a>
					</Show>
					<Show when={signedIn().via === "session"}>
						<form method="post" action={`${root}/access/sign-out`}>
							<button type="submit">Sign out</button>
						</form>
					</Show>
				</div>
			)}
		</Show>
	);
}

/** Explains why the dashboard is read-only. */
function ReadOnly(): JSX.Element {
	return (
		<details class="user-box read-only">
			<summary>Read-only</summary>
			<p>
				Sign-in is off: anyone with the URL can view, nobody can act. To let operators sign in, set the secret <code>AUTH_USERS</code>.
			</p>
		</details>
	);
}

interface Destination {
	name: string;
	title: string;
	path: string;
}

/** Links to built-in and custom pages, and for operators to Audit. Every page is a document. */
export function Navigation(): JSX.Element {
	const page = usePage();
	const links = (): Destination[] => [
		...BUILT_IN_LINKS,
		...page.data.layout().pages.map(({ name, title }) => ({ name, title, path: `/${name}` })),
		RUNS,
		...(page.input.user?.role === "viewer" ? [] : [AUDIT]),
	];
	let list!: HTMLElement;
	// Scrolls to the current page: on a phone the list is wider than the screen.
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
								href={page.links.href(link.path)}
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
