/** Records of the sample colony's stream, and the sums of its windows. */
export interface FileRecord {
	/** Event time: when the work on the file began, ms. */
	at: number;
	/** Extension, or what else it was. */
	type: string;
	bytes: number;
	words: number;
}

export interface FileTotals {
	files: number;
	bytes: number;
	words: number;
}
