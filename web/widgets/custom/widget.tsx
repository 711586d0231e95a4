import { createEffect, createSignal, type JSX, onCleanup, onMount, Show, untrack } from "solid-js";
import { createInSight } from "../../chart/in-sight.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { Empty } from "../../components/Panel.tsx";
import { usePage } from "../../page/context.tsx";
import type { WidgetProps } from "../props.ts";
import type { FrameMessage } from "./frame-document.ts";

/**
 * A program's HTML in a frame without scripts of its own. The page does not contain the HTML: each frame fetches it when near the viewport,
 * and follows changes while visible.
 */
export default function CustomWidget(props: WidgetProps<"custom">): JSX.Element {
	const { answer } = props;
	const failure = () => {
		const { drawing } = answer();
		return drawing?.type === "failed" ? drawing.message : undefined;
	};
	return (
		<Show
			when={answer().drawn || answer().drawing?.type === "html"}
			fallback={
				<Show when={failure()} fallback={<Empty>No content yet: the program has not drawn this widget.</Empty>}>
					{(message) => (
						<Empty>
							<Glyph shape="cross" tone="bad" /> The widget's own code failed: <code>{message()}</code>
						</Empty>
					)}
				</Show>
			}
		>
			<Frame spec={props.spec} answer={props.answer} query={props.query} name={props.name} />
		</Show>
	);
}

function Frame(props: WidgetProps<"custom">): JSX.Element {
	const page = usePage();
	const { answer } = props;
	let frame!: HTMLIFrameElement;
	const visible = createInSight(() => frame, false);
	const [ready, setReady] = createSignal(false);

	onMount(() => {
		const onMessage = (event: MessageEvent) => event.source === frame.contentWindow && event.data === "ready" && setReady(true);
		addEventListener("message", onMessage);
		onCleanup(() => removeEventListener("message", onMessage));
		createEffect(() => {
			// The frame may be ready before this page listens; a message sent too early is sent again.
			ready();
			const { drawing, at } = answer();
			const message: FrameMessage = {
				theme: page.display.theme(),
				...(drawing?.type === "html" && at !== undefined && { html: drawing.html, at }),
			};
			frame.contentWindow?.postMessage(message, "*");
		});
		createEffect(() => {
			const content = visible();
			const query = untrack(page.data.queries)[props.query];
			if (query?.kind === "html" && query.content !== content) page.data.ask(props.query, { ...query, content });
		});
	});
	return (
		<iframe
			ref={frame}
			class="custom-frame"
			title={props.spec.title}
			src={page.links.href(`/api/widgets/${encodeURIComponent(props.spec.id)}`)}
			sandbox="allow-scripts"
			loading="lazy"
		/>
	);
}
