import * as v from "valibot";
import { webManifest } from "#pages";
import { ClusterName } from "../../colony-bridge/protocol/wire/names.ts";
import { withQuery } from "../handler/query-parameters.ts";
import { jsonResponse } from "../http/responses.ts";

/** Manifest by which a browser installs the dashboard. It asks for it without its credentials, and no cluster is asked. */
export const getManifest = withQuery(v.object({ cluster: v.optional(ClusterName) }), ({ request, app }, { cluster }) =>
	jsonResponse(request, webManifest(app.config, app.root ?? "", cluster === undefined ? "" : `/clusters/${cluster}`), {
		"Content-Type": "application/manifest+json; charset=utf-8",
	}),
);
