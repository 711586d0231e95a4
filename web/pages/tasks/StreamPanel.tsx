import { type Component, createSignal, type JSX, onCleanup, Show } from "solid-js";
import { Panel } from "../../components/Panel.tsx";
import { usePage } from "../../page/context.tsx";
import { loadCode } from "../../page/load-code.ts";

/** Rendered in the browser only, after hydration. */
const load = import.meta.env.SSR ? undefined : () => loadCode(() => import("../../task-stream/TaskStream.tsx"));

/** The task stream, whose code and data load when the panel is near the viewport. The box has a fixed size. */
export function StreamPanel(): JSX.Element {
	const page = usePage();
	const { total } = page.data.cluster().workers;
	const [stream, setStream] = createSignal<Component>();
	const [failed, setFailed] = createSignal(false);

	const attach = (place: HTMLElement) => {
		if (import.meta.env.SSR) return;
		const watching = new IntersectionObserver(
			(entries) => {
				if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
				watching.disconnect();
				load?.()
					.then((module) => setStream(() => module.default))
					.catch(() => setFailed(true));
			},
			{ rootMargin: "300px" },
		);
		watching.observe(place);
		onCleanup(() => watching.disconnect());
	};
	return (
		<Panel title="Task stream" class="whole" note="one row per worker, one bar per task">
			<div class="lanes-place" ref={attach} data-size={total <= 6 ? "s" : total <= 20 ? "m" : "l"}>
				<Show
					when={stream()}
					fallback={
						<p class="empty">
							{failed()
								? "The code could not be loaded: reload the page."
								: "Drawn in the browser; the history below lists the same tasks."}
						</p>
					}
				>
					{(loaded) => {
						const Stream = loaded();
						return <Stream />;
					}}
				</Show>
			</div>
		</Panel>
	);
}
