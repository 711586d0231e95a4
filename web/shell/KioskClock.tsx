import { type JSX, onCleanup, onMount } from "solid-js";
import { clock } from "../format/time.ts";
import { usePage } from "../page/context.tsx";
import type { Desk } from "../page/desk.ts";
import { loadCode } from "../page/load-code.ts";

/** The clock of a wall screen, which starts kiosk mode. */
export function KioskClock(props: { desk: Desk }): JSX.Element {
	const page = usePage();
	onMount(() => {
		const loaded = loadCode(() => import("../view/lazy/kiosk.ts"), page).then(({ runKiosk }) => runKiosk(props.desk));
		loaded.catch(() => {});
		onCleanup(
			() =>
				void loaded.then(
					(stop) => stop(),
					() => {},
				),
		);
	});
	return (
		<p class="kiosk-clock">
			{clock(page.time.clock.now(), page.time.inUtc())}
			{page.time.inUtc() ? " UTC" : ""}
		</p>
	);
}
