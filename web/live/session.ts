/** Whether the viewer has to sign in again. To ask also makes the session last longer: a screen on a wall is somebody who looks. */

/** @param api `{base}/api`, with origin. @returns false also where it cannot be known. */
export async function sessionIsOver(api: string): Promise<boolean> {
	try {
		const response = await fetch(new URL("/api/session", api), { headers: { accept: "application/json" }, cache: "no-store" });
		return response.status === 401;
	} catch {
		return false;
	}
}
