/** Chromium for browser tests: the system's where there is one, else the one packed inside `@sparticuz/chromium` (Linux). */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

const FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

const SYSTEM_BROWSERS: Partial<Record<NodeJS.Platform, string[]>> = {
	linux: [
		"/usr/bin/google-chrome",
		"/usr/bin/google-chrome-stable",
		"/usr/bin/chromium",
		"/usr/bin/chromium-browser",
		"/snap/bin/chromium",
	],
	darwin: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"],
	win32: ["C:/Program Files/Google/Chrome/Application/chrome.exe", "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe"],
};

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));

/**
 * Launches Chromium, headless. Close it when done. The environment variable `CHROME_PATH` names another browser.
 * @throws where there is no browser for this system, saying what to install.
 */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
	const system = [process.env.CHROME_PATH, ...(SYSTEM_BROWSERS[process.platform] ?? [])].find((path) => path && existsSync(path));
	if (system) return chromium.launch({ ...options, executablePath: system, args: [...FLAGS, ...(options.args ?? [])] });
	if (process.platform !== "linux" || process.arch !== "x64") {
		throw new Error(`no Chrome or Chromium found on ${process.platform}-${process.arch}: install Chrome, or set CHROME_PATH to a browser`);
	}
	const folder = await unpacked();
	return chromium.launch({
		...options,
		executablePath: join(folder, "chromium"),
		args: [...FLAGS, ...(options.args ?? [])],
		// The packed fonts: a fresh machine has none.
		env: { ...process.env, ...options.env, FONTCONFIG_FILE: join(folder, "fonts.conf") } as Record<string, string>,
	});
}

/**
 * The package unpacks into the system's temporary folder and takes what it finds there for whole, so a run that was killed half-way would
 * break every later one. We unpack beside and rename: the folder is there whole or not at all, also with several runs at once.
 */
async function unpacked(): Promise<string> {
	const manifest = createRequire(import.meta.url)
		.resolve("@sparticuz/chromium")
		.replace(/build[/\\].*$/, "package.json");
	const { version } = createRequire(import.meta.url)(manifest) as { version: string };
	const folder = join(CACHE, `chromium-${version}`);
	if (existsSync(folder)) return folder;
	await mkdir(CACHE, { recursive: true });
	const staging = await mkdtemp(join(CACHE, "unpacking-"));
	const temporary = process.env.TMPDIR;
	try {
		process.env.TMPDIR = staging;
		const { default: packed } = await import("@sparticuz/chromium");
		await packed.executablePath();
		const folders = [join(folder, "fonts"), "/usr/share/fonts"].map((name) => `<dir>${name}</dir>`).join("");
		await writeFile(join(staging, "fonts.conf"), `<fontconfig>${folders}<cachedir>${join(folder, "fonts-cache")}</cachedir></fontconfig>`);
	} finally {
		if (temporary === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = temporary;
	}
	try {
		await rename(staging, folder);
	} catch (error) {
		await rm(staging, { recursive: true, force: true });
		if (!existsSync(folder)) throw error;
	}
	return folder;
}
