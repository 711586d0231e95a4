/** The dialogs that the shell can open. */
import type { Page } from "./context.tsx";

export interface PanelProps {
	desk: Desk;
	/** Called when closed. */
	closed(): void;
}

export interface Desk {
	readonly page: Page;
	/** Keys typed while the search dialog loads, for its field. Undefined: none is loading. */
	typed: string | undefined;
	/** Each opens a dialog and closes an open one. */
	search(): void;
	shortcuts(): void;
	/** Opens the time menu. */
	time(): void;
}
