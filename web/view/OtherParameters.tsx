import { For, type JSX } from "solid-js";
import { usePage } from "../page/context.tsx";

/** Hidden inputs for the URL's other parameters, which submitting a GET form would drop. */
export function OtherParameters(props: { than: readonly string[] }): JSX.Element {
	const page = usePage();
	const others = () => [...new URLSearchParams(page.url.search())].filter(([name]) => !props.than.includes(name));
	return <For each={others()}>{([name, value]) => <input type="hidden" name={name} value={value} />}</For>;
}
