/**
 * Text that is made while it is read: the next part is asked for when the one before is on its way, so a slow reader holds back who makes it,
 * and one that goes away ends it.
 *
 * @param next may give an empty part; undefined: that was all. What it throws breaks the answer off, so that nobody takes it for whole.
 */
export function pulledText(first: string, next: () => Promise<string | undefined>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	let part: string | undefined = first;
	return new ReadableStream(
		{
			async pull(controller) {
				part ??= await next();
				// A pull that brings nothing is not followed by another.
				while (part === "") part = await next();
				if (part === undefined) controller.close();
				else controller.enqueue(encoder.encode(part));
				part = undefined;
			},
		},
		{ highWaterMark: 0 },
	);
}
