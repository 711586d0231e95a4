import type { JSX } from "solid-js";
import type { Finding } from "../../colony-bridge/protocol/query/view.ts";
import { counted } from "../format/number.ts";
import { Findings } from "./Findings.tsx";

/** A menu of findings, on every page but Overview. Works without script. */
export function FindingsMenu(props: { of: readonly Finding[]; count: number }): JSX.Element {
	return (
		<details class="findings-menu">
			<summary>{counted(props.count, "finding")}</summary>
			<Findings of={props.of} />
		</details>
	);
}
