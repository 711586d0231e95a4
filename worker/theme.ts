import * as v from "valibot";
import { Theme } from "../colony-bridge/protocol/config.ts";

/** The viewer's own choice, from the cookie `theme`, else what the dashboard was configured with. */
export function themeOf(request: Request, configured: Theme): Theme {
	const chosen = /(?:^|;\s*)theme=([^;]*)/.exec(request.headers.get("cookie") ?? "")?.[1]?.trim();
	return v.is(Theme, chosen) ? chosen : configured;
}
