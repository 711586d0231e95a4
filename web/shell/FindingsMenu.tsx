import type { JSX } from "solid-js";
import type { Finding } from "../../colony-bridge/protocol/query/view.ts";
import { counted } from "../format/number.ts";
import { Findings } from "./Findings.tsx";

/** The findings behind their number, on every page but Overview. Without script it opens too. */
export function FindingsMenu(props: { of: readonly Finding[]; count: number }): JSX.Element {
	return (
		<details class="findings-menu">
			<summary>{counted(props.count, "finding")}</summary>
			<Findings of={props.of} />
		</details>
	);
}
