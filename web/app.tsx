import type { Component, JSX } from "solid-js";
import { type Page, PageProvider } from "./page/context.tsx";
import { Part } from "./page/parts.ts";
import { Shell } from "./shell/Shell.tsx";

/** The page, the same tree on server and browser. */
export function App(props: { page: Page; content: Component }): JSX.Element {
	const Content = props.content;
	return (
		<PageProvider page={props.page}>
			<Shell>
				<Part>
					<Content />
				</Part>
			</Shell>
		</PageProvider>
	);
}
