/** Who asks: the same words in the app, in the cluster's record and in REST. */
import * as v from "valibot";

/** A `viewer` looks, an `operator` may also act. */
export const Role = v.picklist(["viewer", "operator"], 'a role is "viewer" or "operator"');
export type Role = v.InferOutput<typeof Role>;

/** How somebody proved who they are. `open`: nobody has to, sign-in is off. `nobody`: not asked, on what is public. */
export const Via = v.picklist(["open", "nobody", "session", "basic", "token", "cloudflare-access", "bridge"]);
export type Via = v.InferOutput<typeof Via>;

export const Actor = v.object({
	/** A user's or a token's name; an e-mail address by Cloudflare Access. Empty where nobody had to say one. */
	name: v.string(),
	role: Role,
	via: Via,
	/** Of the client, where the host knows it. */
	address: v.string(),
});
export type Actor = v.InferOutput<typeof Actor>;
