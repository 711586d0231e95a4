import { jsonResponse } from "./json-response.ts";

/** A list as the specification has it, bare; the header `Total-Count` says of how many, so that a cut shows. */
export function tableResponse(request: Request, rows: unknown[], total: number, headers: Record<string, string> = {}): Promise<Response> {
	return jsonResponse(request, rows, { "Total-Count": String(total), ...headers });
}
