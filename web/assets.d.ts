/** The browser's files under their hashed names. Written by `vite.config.ts`. */
declare module "virtual:assets" {
	/** Names the build: another where any file of the browser's is another. */
	export const build: string;
	export const entry: string;
	export const icon: string;
	export const styles: string[];
	/** Modules of a page or of `widgets`, to be fetched at once. Every custom page is `custom`. */
	export const scripts: Record<string, string[]>;
}
