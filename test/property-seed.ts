/**
 * On CI property tests draw the same cases every time: a red run says something of the commit, not of the draw. Anywhere else each run draws
 * anew and prints its seed where it fails; `CI=true FC_SEED=n` repeats it.
 */
if (process.env.CI) {
	const { configureGlobal } = await import("fast-check");
	configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_124) });
}

export {};
