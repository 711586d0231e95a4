import { type JSX, Show } from "solid-js";

export function Facts(props: { children: JSX.Element }): JSX.Element {
	return <dl class="facts">{props.children}</dl>;
}

/** @param wide two lines in twice the width, for text of varying length */
export function Fact(props: { name: string; wide?: boolean; children: JSX.Element }): JSX.Element {
	return (
		<div class={props.wide ? "fact-wide" : undefined}>
			<dt>{props.name}</dt>
			<dd>{props.children}</dd>
		</div>
	);
}

/** Shown for a property that was never reported. */
export const NotReported = () => <span class="quiet">not reported</span>;

export function reported<T extends string | number>(value: T | undefined, words: (value: T) => string = String): JSX.Element {
	return value === undefined ? <NotReported /> : words(value);
}

/** The message reported with the state. Without one it takes no space. */
export function Words(props: { of: string | undefined }): JSX.Element {
	return (
		<Show when={props.of}>
			<p class="facts-words">{props.of}</p>
		</Show>
	);
}
