/** The dialogs that the shell can open. */
import type { Page } from "./context.tsx";

export interface PanelProps {
	desk: Desk;
	/** It has been closed. */
	closed(): void;
}

export interface Desk {
	readonly page: Page;
	/** Keys that were pressed while a dialog is on its way: meant for its field. Undefined: none is. */
	typed: string | undefined;
	/** Each shows its dialog, in place of one that is there. */
	search(): void;
	shortcuts(): void;
	/** Opens the choice of time. */
	time(): void;
}
