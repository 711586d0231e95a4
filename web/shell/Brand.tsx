import { type JSX, Show } from "solid-js";

/** The configured logo, or three cells of a comb. */
export function Brand(props: { title: string; logoUrl?: string | undefined; href: string }): JSX.Element {
	return (
		<a class="brand" href={props.href}>
			<Show
				when={props.logoUrl}
				fallback={
					<svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
						<path d="M16 2.2l6 3.4v6.9l-6 3.4-6-3.4V5.6z" fill="var(--honey-fill)" />
						<path d="M8.4 15.4l6 3.4v6.9l-6 3.4-6-3.4v-6.9z" fill="none" stroke="var(--honey-fill)" stroke-width="2" />
						<path d="M23.6 15.4l6 3.4v6.9l-6 3.4-6-3.4v-6.9z" fill="var(--honey-fill)" opacity="0.55" />
					</svg>
				}
			>
				{(url) => <img class="brand-mark" src={url()} alt="" />}
			</Show>
			<span class="brand-title">{props.title}</span>
		</a>
	);
}
