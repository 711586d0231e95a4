import { type Component, createEffect, createSignal, type JSX, onMount, Show } from "solid-js";
import { Glyph } from "../components/Glyph.tsx";
import { MiddleCut } from "../components/MiddleCut.tsx";
import { listenForKeys } from "../keys/listen.ts";
import { type Page, usePage } from "../page/context.tsx";
import type { Desk, PanelProps } from "../page/desk.ts";
import { whenIdle } from "../page/idle.ts";
import { loadCode } from "../page/load-code.ts";
import { pageTitle } from "../page/titles.ts";
import { followRefresh } from "../view/time.ts";
import { Brand } from "./Brand.tsx";
import { FindingsMenu } from "./Findings.tsx";
import { KioskClock } from "./KioskClock.tsx";
import { LinkPill } from "./LinkPill.tsx";
import { Navigation, ThemeSwitch, UserBox } from "./Navigation.tsx";
import { PageGone, PendingNotice, Refused } from "./Notices.tsx";
import { TimeControl } from "./TimeControl.tsx";
import { ViewBand } from "./ViewBand.tsx";
import { troubleOf, verdict } from "./verdict.ts";

/** The frame of every page: navigation, cluster status, time range, connection state. */
export function Shell(props: { children: JSX.Element }): JSX.Element {
	const page = usePage();
	const { config, cluster, root } = page.input;
	const now = () => verdict(page);
	const title = () => pageTitle(page.input.page, page.data.layout());
	/** A dialog, while it is open. */
	const [panel, setPanel] = createSignal<() => JSX.Element>();
	const [badge, setBadge] = createSignal<(page: Page) => void>();
	const desk: Desk = {
		page,
		typed: undefined,
		search: () => open(async () => (await import("../search/lazy/Palette.tsx")).Palette),
		shortcuts: () => open(async () => (await import("../keys/lazy/ShortcutList.tsx")).ShortcutList),
		time: () => {},
	};
	/** Loads and opens a dialog. */
	const open = (load: () => Promise<Component<PanelProps>>): void => {
		desk.typed = "";
		loadCode(load, page)
			.then(
				(Panel) => setPanel(() => () => <Panel desk={desk} closed={() => setPanel(undefined)} />),
				() => {},
			)
			.finally(() => {
				desk.typed = undefined;
			});
	};
	onMount(() => {
		// The title of a background tab shows problems; a page of the past has its own.
		createEffect(() => {
			if (!page.past()) document.title = `${troubleOf(now())?.title ?? ""}${title()} · ${config.title}`;
		});
		createEffect(() => badge()?.(page));
		whenIdle(() =>
			import("./lazy/badge.ts").then(
				({ showBadge }) => setBadge(() => showBadge),
				() => {},
			),
		);
		followRefresh(page);
		listenForKeys(desk);
	});
	return (
		<div
			class="shell"
			data-stale={page.data.staleSince() !== undefined || page.display.link().state === "reconnecting" ? "" : undefined}
			data-kiosk={page.url.state().kiosk}
		>
			<a class="skip" href="#main">
				Skip to content
			</a>
			<PendingNotice />
			<header class="side">
				<Brand title={config.title} logoUrl={config.logoUrl} href={page.links.href("/")} />
				<Navigation />
				<ThemeSwitch />
				<UserBox />
			</header>
			<main id="main" tabindex="-1">
				<div class="top">
					<div class="top-title">
						<h1 class="cut" title={title()}>
							<MiddleCut text={title()} />
						</h1>
						<p class="quiet cut" title={`cluster ${cluster}`}>
							<a href={`${root}/clusters`}>
								<span class="hidden">cluster </span>
								<MiddleCut text={cluster} />
							</a>
							<Show when={page.data.cluster().colony}>{(colony) => <Show when={colony() !== cluster}> · {colony()}</Show>}</Show>
						</p>
					</div>
					<div class="top-status">
						<Glyph shape={now().mark.shape} tone={now().mark.tone} />
						<strong role="status">{now().mark.word}</strong>
						{/* Overview has its own list. */}
						<Show when={page.input.page !== "overview"}>
							<Show
								when={now().findings.length > 0}
								fallback={
									<span class="top-reason cut" title={now().reason}>
										{now().reason}
									</span>
								}
							>
								<FindingsMenu of={now().all} count={now().findings.length + now().more} />
							</Show>
						</Show>
					</div>
					{/* Audit has its own time filter. */}
					<Show when={page.url.state().kiosk} fallback={page.input.audit ? undefined : <TimeControl desk={desk} />}>
						<KioskClock desk={desk} />
					</Show>
					<LinkPill />
				</div>
				<ViewBand />
				<PageGone />
				<Refused />
				<div class="page-body">{props.children}</div>
			</main>
			{panel()?.()}
		</div>
	);
}
