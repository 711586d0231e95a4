import { answerPush, Waiting } from "../bridge-push.ts";
import { withQuery } from "../query-parameters.ts";
import { tooManySockets } from "../socket-request.ts";

/** The bridge's fallback where no socket gets through. */
export const pushFrames = withQuery(Waiting, ({ cluster, admission, request }, waiting) =>
	answerPush(request, waiting, {
		push: (body) => cluster.port.push(body),
		listen: async (listening, waitMs) => {
			const frames = await cluster.port.listen(listening, waitMs, admission.pass, request.signal);
			if (!frames) throw tooManySockets();
			return frames;
		},
	}),
);
