import { createEffect, type JSX, onMount, Show } from "solid-js";
import { Glyph } from "../elements/Glyph.tsx";
import { usePage } from "../page-context.tsx";
import { pageTitle } from "../pages/titles.ts";
import { Brand } from "./Brand.tsx";
import { LinkPill } from "./LinkPill.tsx";
import { Looking } from "./Looking.tsx";
import { Navigation } from "./Navigation.tsx";
import { NoColony } from "./NoColony.tsx";
import { ThemeSwitch } from "./ThemeSwitch.tsx";
import { UserBox } from "./UserBox.tsx";
import { verdict } from "./verdict.ts";

/** What stands around every page: where one is, where one can go, how the cluster is, whether this is live. */
export function Shell(props: { children: JSX.Element }): JSX.Element {
	const page = usePage();
	const { config, cluster } = page.input;
	const now = () => verdict(page);
	const title = () => pageTitle(page.input.page, page.layout());
	// A tab in the background says by its name that something is wrong.
	onMount(() =>
		createEffect(() => {
			const { tone, word } = now().look;
			document.title = `${tone === "warn" || tone === "bad" ? `${word}! ` : ""}${title()} · ${config.title}`;
		}),
	);
	return (
		<div class="shell" data-stale={page.silentSince() !== undefined || page.link().state === "reconnecting" ? "" : undefined}>
			<a class="skip" href="#main">
				Skip to content
			</a>
			<Looking />
			<header class="side">
				<Brand title={config.title} logoUrl={config.logoUrl} href={page.href("/")} />
				<Navigation />
				<ThemeSwitch />
				<UserBox />
			</header>
			<main id="main" tabindex="-1">
				<div class="top">
					<div class="top-title">
						<h1 class="cut" title={title()}>
							{title()}
						</h1>
						<p class="quiet cut" title={`cluster ${cluster}`}>
							<span class="hidden">cluster </span>
							{cluster}
							<Show when={page.cluster().colony}>{(colony) => <Show when={colony() !== cluster}> · {colony()}</Show>}</Show>
						</p>
					</div>
					<p class="top-status" title={now().reason}>
						<Glyph shape={now().look.shape} tone={now().look.tone} />
						<strong role="status">{now().look.word}</strong>
						{/* Overview says it in full. */}
						<Show when={page.input.page !== "overview"}>
							<span class="top-reason cut">{now().reason}</span>
						</Show>
					</p>
					<LinkPill />
				</div>
				<Show when={page.cluster().position > 0} fallback={<NoColony />}>
					{props.children}
				</Show>
			</main>
		</div>
	);
}
