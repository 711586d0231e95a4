import { widgetsStart } from "../../../colony-bridge/protocol/pages/plan.ts";
import { type WorkerAnswer, type WorkerAnswerKind, workerAnswer, workerPage } from "../../../colony-bridge/protocol/pages/worker-page.ts";
import type { AnswerOf } from "../../../colony-bridge/protocol/query/view.ts";
import { useAnswer } from "../../page/context.tsx";

/** Index of the page's own answers: after the shell's. */
export const placeOf = (name: WorkerAnswer): number => widgetsStart(workerPage("")) + workerAnswer(name);

/** @param kind the answer's, which its name tells too. */
export const useOwn = <N extends WorkerAnswer>(name: N, kind: WorkerAnswerKind<N>): (() => AnswerOf<WorkerAnswerKind<N>>) =>
	useAnswer(placeOf(name), kind);
