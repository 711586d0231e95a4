/** The sentence of a problem document (RFC 9457), or nothing where the body is none. */
export function refusal(body: string): string {
	try {
		const { detail } = JSON.parse(body) as { detail?: unknown };
		return typeof detail === "string" ? detail.slice(0, 500) : "";
	} catch {
		return "";
	}
}

/** What kind of problem it is, or nothing. */
export function problemKind(body: string): unknown {
	try {
		return (JSON.parse(body) as { kind?: unknown }).kind;
	} catch {
		return undefined;
	}
}
