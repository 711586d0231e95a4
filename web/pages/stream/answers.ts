import { widgetsStart } from "../../../colony-bridge/protocol/pages/plan.ts";
import { type StreamAnswer, type StreamAnswerKind, streamAnswer, streamPage } from "../../../colony-bridge/protocol/pages/stream-page.ts";
import type { AnswerOf } from "../../../colony-bridge/protocol/query/view.ts";
import { useAnswer } from "../../page/context.tsx";

/** @param kind the answer's, which its name tells too. */
export const useOwn = <N extends StreamAnswer>(name: N, kind: StreamAnswerKind<N>): (() => AnswerOf<StreamAnswerKind<N>>) =>
	useAnswer(widgetsStart(streamPage("")) + streamAnswer(name), kind);
