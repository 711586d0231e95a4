/** @throws where the object refused to answer */
export function granted<Answer extends object>(answer: Answer): Exclude<Answer, { type: "refused" }> {
	if ("type" in answer && answer.type === "refused") throw new Error(`refused: ${JSON.stringify(answer)}`);
	return answer as Exclude<Answer, { type: "refused" }>;
}
