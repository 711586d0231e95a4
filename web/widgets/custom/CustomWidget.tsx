import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import { Glyph } from "../../elements/Glyph.tsx";
import { Empty } from "../../elements/Panel.tsx";
import { useAnswer, usePage } from "../../page-context.tsx";
import type { WidgetProps } from "../props.ts";
import type { FrameMessage } from "./frame-message.ts";

/** HTML of the program that defined the widget, in a frame that can neither run script nor reach this page. */
export function CustomWidget(props: WidgetProps<"custom">): JSX.Element {
	const answer = useAnswer(props.index, "html");
	const drawing = () => answer().drawing;
	const html = () => {
		const drawn = drawing();
		return drawn?.type === "html" ? drawn.html : undefined;
	};
	const failure = () => {
		const drawn = drawing();
		return drawn?.type === "failed" ? drawn.message : undefined;
	};
	return (
		<Show
			when={html() !== undefined}
			fallback={
				<Show when={failure()} fallback={<Empty>The program that draws this widget has not drawn it yet.</Empty>}>
					{(message) => (
						<Empty>
							<Glyph shape="cross" tone="bad" /> The widget's own code failed: <code>{message()}</code>
						</Empty>
					)}
				</Show>
			}
		>
			<Frame id={props.spec.id} title={props.spec.title} html={html() ?? ""} />
		</Show>
	);
}

function Frame(props: { id: string; title: string; html: string }): JSX.Element {
	const page = usePage();
	let frame!: HTMLIFrameElement;
	const [ready, setReady] = createSignal(false);
	// What the frame was served with is what the page was, or newer: only what comes later is told.
	const first = props.html;
	let told = false;

	onMount(() => {
		const hear = (event: MessageEvent) => event.source === frame.contentWindow && event.data === "ready" && setReady(true);
		addEventListener("message", hear);
		onCleanup(() => removeEventListener("message", hear));
		createEffect(() => {
			// It may have been ready before this page was. What it is told too early is told again.
			ready();
			told ||= props.html !== first;
			const message: FrameMessage = { theme: page.theme(), ...(told && { html: props.html }) };
			frame.contentWindow?.postMessage(message, "*");
		});
	});
	return (
		<iframe
			ref={frame}
			class="custom-frame"
			title={props.title}
			src={page.href(`/api/widgets/${encodeURIComponent(props.id)}`)}
			sandbox="allow-scripts"
			loading="lazy"
		/>
	);
}
