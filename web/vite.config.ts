/**
 * Two builds of the pages: `vite build` writes the browser's files (`dist/public/assets/`, with hashed names, and their manifest), then
 * `vite build --ssr` the renderer (`dist/pages/server.js`, one file without imports), which knows those names.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig, type Manifest, type Plugin } from "vite";
import solid from "vite-plugin-solid";

const root = join(import.meta.dirname, "..");
const out = { browser: join(root, "dist/public"), server: join(root, "dist/pages") };
const ENTRY = "web/browser.tsx";
/** Icons of the tab and of an installed page; the PNG files are drawn from the SVG. */
const ICONS = {
	svg: "web/shell/icon.svg",
	192: "web/shell/icons/any-192.png",
	512: "web/shell/icons/any-512.png",
	maskable: "web/shell/icons/maskable-512.png",
};
/** Chunks loaded on demand: pages and widgets. */
const FOLDER = /^web\/(?:pages\/([a-z]+)\/page|(widgets)\/grid\/Grid)\.tsx$/;

/** The module `virtual:assets`: the files to preload for each page. */
function assets(): Plugin {
	const id = "virtual:assets";
	return {
		name: "hiveframe:assets",
		// Icons get hashed names too.
		buildStart() {
			if (this.environment.name !== "client") return;
			for (const path of Object.values(ICONS)) {
				this.emitFile({ type: "asset", name: basename(path), originalFileName: path, source: readFileSync(join(root, path)) });
			}
		},
		// The manifest is moved out of the served folder, for the server's build.
		writeBundle() {
			if (this.environment.name !== "client") return;
			mkdirSync(out.server, { recursive: true });
			renameSync(join(out.browser, ".vite/manifest.json"), join(out.server, "manifest.json"));
			rmSync(join(out.browser, ".vite"), { recursive: true });
		},
		resolveId: (source) => (source === id ? `\0${id}` : undefined),
		load(resolved) {
			if (resolved !== `\0${id}`) return undefined;
			const manifest = JSON.parse(readFileSync(join(out.server, "manifest.json"), "utf8")) as Manifest;
			const scripts: Record<string, string[]> = {};
			for (const key of Object.keys(manifest)) {
				const [, page, widgets] = FOLDER.exec(key) ?? [];
				const folder = page ?? widgets;
				if (folder) scripts[folder] = [...reached(manifest, [ENTRY, key])].map((file) => `/${file}`);
			}
			const styles = Object.values(manifest).flatMap((chunk) => (chunk.file.endsWith(".css") ? [chunk.file] : (chunk.css ?? [])));
			const icons = Object.fromEntries(Object.entries(ICONS).map(([name, path]) => [name, `/${manifest[path]?.file}`]));
			return `export const entry = ${JSON.stringify(`/${manifest[ENTRY]?.file}`)};
export const build = ${JSON.stringify(builds()[0]?.id)};
export const icons = ${JSON.stringify(icons)};
export const styles = ${JSON.stringify([...new Set(styles)].map((file) => `/${file}`))};
export const scripts = ${JSON.stringify(scripts)};`;
		},
	};
}

/**
 * Vite wraps each `import()` in 1.3 KB of code that preloads styles and modules. There is one style sheet, and the server's HTML preloads
 * the modules.
 */
function plainImports(): Plugin {
	return {
		name: "hiveframe:plain-imports",
		enforce: "pre",
		load: (id) => (id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined),
	};
}

/**
 * uPlot creates a number format of the browser's language when loaded, which throws for `en-US@posix`, the language of a wall screen
 * without a locale. We use no such format.
 */
function uplotInAnyLanguage(): Plugin {
	const format = "new Intl.NumberFormat(domEnv ? nav.language : 'en-US')";
	return {
		name: "hiveframe:uplot-in-any-language",
		transform(code, id) {
			if (!id.includes("uplot/dist/uPlot.esm.js")) return;
			if (!code.includes(format))
				throw new Error(`uPlot no longer has "${format}": see whether it still loads where the browser has no language`);
			return { code: code.replace(format, "new Intl.NumberFormat('en-US')"), map: null };
		},
	};
}

/** Cloudflare serves the files with the headers of the Node host: hashed names never expire. */
function assetHeaders(): Plugin {
	const source = "/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n  X-Content-Type-Options: nosniff\n";
	return {
		name: "hiveframe:asset-headers",
		applyToEnvironment: (environment) => environment.name === "client",
		generateBundle() {
			this.emitFile({ type: "asset", fileName: "_headers", source });
		},
	};
}

interface Build {
	id: string;
	/** Paths in the served folder. */
	files: string[];
	/** Set by `.build/deploy.ts` for the build deployed to Cloudflare last. */
	deployed?: boolean;
}

/** Newest first. */
function builds(): Build[] {
	const list = join(out.server, "builds.json");
	return existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as Build[]) : [];
}

/** Builds whose files are served, newest first: this one, the one before, and the last deployed one. */
export function keptBuilds(made: Build, before: readonly Build[]): Build[] {
	const others = before.filter(({ id }) => id !== made.id);
	const deployed = others.find((build) => build.deployed);
	return [before.find(({ id }) => id === made.id) ?? made, ...others.filter((build, i) => i === 0 || build === deployed)];
}

/** Open pages load code of their own build after a new one: files of the previous build and of the last deployed one are kept. */
function earlierBuilds(): Plugin {
	return {
		name: "hiveframe:earlier-builds",
		applyToEnvironment: (environment) => environment.name === "client",
		writeBundle(_, bundle) {
			const files = Object.keys(bundle).filter((file) => file.startsWith("assets/"));
			const id = createHash("sha256").update(files.sort().join("\n")).digest("hex").slice(0, 12);
			const kept = keptBuilds({ id, files }, builds());
			const names = new Set(kept.flatMap((build) => build.files));
			for (const name of readdirSync(join(out.browser, "assets"))) {
				if (!names.has(`assets/${name}`)) rmSync(join(out.browser, "assets", name));
			}
			mkdirSync(out.server, { recursive: true });
			writeFileSync(join(out.server, "builds.json"), `${JSON.stringify(kept, null, "\t")}\n`);
		},
	};
}

/** Files of these chunks and of their static imports. */
function reached(manifest: Manifest, keys: string[], files = new Set<string>()): Set<string> {
	for (const key of keys) {
		const chunk = manifest[key];
		if (!chunk || files.has(chunk.file)) continue;
		files.add(chunk.file);
		reached(manifest, chunk.imports ?? [], files);
	}
	return files;
}

/** Hides the bundler's timings. */
const checks = { bundlerTimings: false };

export default defineConfig(({ isSsrBuild }) => ({
	root,
	publicDir: false,
	plugins: [solid({ ssr: true }), assets(), plainImports(), uplotInAnyLanguage(), assetHeaders(), earlierBuilds()],
	build: isSsrBuild
		? {
				outDir: out.server,
				// It contains the manifest of the browser's build.
				emptyOutDir: false,
				rolldownOptions: { checks, input: "web/server.tsx", output: { entryFileNames: "server.js", codeSplitting: false } },
			}
		: {
				target: "es2023",
				outDir: out.browser,
				// It contains files of earlier builds.
				emptyOutDir: false,
				manifest: true,
				assetsInlineLimit: 0,
				cssCodeSplit: false,
				modulePreload: false,
				rolldownOptions: {
					checks,
					input: ENTRY,
					// Pages import constants of the protocol without its schemas.
					treeshake: { propertyReadSideEffects: false },
					// One chunk has the code common to all pages: it compresses better and stays in the cache.
					output: {
						codeSplitting: {
							groups: [
								{
									name: "core",
									test: /preload-helper|solid-js|colony-bridge(?!.*(?:task-bars|task-stream|codec|command-words|cells|comb-groups|number-format|export-text|explore|selector|row-filter|natural-order|row-cursor|annotation|wire\/limits))|web\/(components(?!\/(?:Tally|save|stream-status))|chart\/(?:Sparkline|no-data|path|trace|scale|picture)|format\/(?!python|metric-text)|live|page\/(?!clipboard|lazy)|shell\/(?!lazy|icon)|view\/(?!lazy)|app)/,
								},
								// On Overview only if a widget has a table.
								{
									name: "table",
									test: /web\/table\/(?!export|lines-in-sight|RowStrip|TableTools|ColumnMenu|Measured)|row-filter|natural-order|ActiveTasks/,
								},
								// Unmodified, so that it stays in the cache when our code changes.
								{ name: "uplot", test: /node_modules\/uplot/ },
								{ name: "chart", test: /web\/chart\/(?!ChartDialog|chart-|Sparkline|lazy)/ },
							],
						},
					},
				},
			},
	ssr: { noExternal: true },
}));
