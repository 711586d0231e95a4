/** How much of how much a table's rows are: see `Rows` of the protocol. */
export interface Extent {
	total: number;
	all?: number;
	offset?: number;
	seen?: number;
}
