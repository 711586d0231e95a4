import { type JSX, Show } from "solid-js";
import { At } from "../../components/Time.tsx";
import { elapsed } from "../../format/time.ts";
import { usePage } from "../../page/context.tsx";

/** The lag of a watermark, and with `exact` its event time. */
export function Behind(props: { watermark: number | undefined; exact?: boolean }): JSX.Element {
	const page = usePage();
	return (
		<Show when={props.watermark} fallback={<span class="quiet">–</span>}>
			{(at) => (
				<span class="lines-2" title={new Date(at()).toISOString()}>
					<span>{elapsed(Math.max(0, page.time.now() - at()))}</span>
					<Show when={props.exact}>
						<span class="quiet">
							<At at={at()} />
						</span>
					</Show>
				</span>
			)}
		</Show>
	);
}
