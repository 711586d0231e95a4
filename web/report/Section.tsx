/** The parts that a report is made of. All instants are in UTC: its reader may be anywhere, at any time. */
import { For, type JSX, Show } from "solid-js";
import { counted } from "../format/number.ts";
import { utc } from "../format/time.ts";

/** To the second. */
export const Instant = (props: { at: number }): JSX.Element => (
	<time datetime={new Date(props.at).toISOString()}>{utc(props.at).slice(0, 19)}</time>
);

/** A list as it was answered and cut. */
export interface Listed<Row> {
	rows: readonly Row[];
	total: number;
	/** Why it was not answered. */
	refused?: string;
}

/** `3 workers`, `200 of 1,234 workers`. */
export function extent({ rows, total }: Listed<unknown>, one: string, many?: string): string {
	return rows.length < total ? `${rows.length} of ${counted(total, one, many)}` : counted(total, one, many);
}

/** A part with its list; where there is nothing to list, it says so. */
export function Section<Row>(props: {
	id: string;
	title: string;
	/** Name of one row. */
	one: string;
	many?: string;
	/** Order of the rows, and of which time they are. */
	note?: string;
	of: Listed<Row>;
	empty: string;
	children: JSX.Element;
}): JSX.Element {
	return (
		<section id={props.id}>
			<h2>
				{props.title}
				<Show when={props.of.rows.length > 0}>
					<small>
						{extent(props.of, props.one, props.many)}
						{props.note ? `, ${props.note}` : ""}
					</small>
				</Show>
			</h2>
			<Show when={props.of.rows.length > 0} fallback={<p class="quiet">{lacking(props.of) ?? props.empty}</p>}>
				{props.children}
			</Show>
		</section>
	);
}

function lacking({ refused, total }: Listed<unknown>): string | undefined {
	if (refused !== undefined) return `Not answered: ${refused}`;
	return total > 0 ? `None of ${total} fits into this document.` : undefined;
}

export interface ReportColumn<Row> {
	head: string;
	number?: true;
	/** Nothing, or false: the row has none. */
	cell(row: Row): JSX.Element;
}

/** Columns in which no row has anything are left out. */
export function ReportTable<Row>(props: { caption: string; columns: readonly ReportColumn<Row>[]; rows: readonly Row[] }): JSX.Element {
	const rows = props.rows.map((row) => props.columns.map(({ cell }) => cell(row) || undefined));
	const columns = props.columns.map((column, i) => ({ ...column, i })).filter(({ i }) => rows.some((cells) => cells[i] !== undefined));
	return (
		<table>
			<caption class="hidden">{props.caption}</caption>
			<thead>
				<tr>
					<For each={columns}>
						{({ head, number }) => (
							<th scope="col" class={number && "number"}>
								{head}
							</th>
						)}
					</For>
				</tr>
			</thead>
			<tbody>
				<For each={rows}>
					{(cells) => (
						<tr>
							<For each={columns}>
								{({ head, number, i }) => (
									<td
										data-head={head}
										class={[number && "number", cells[i] === undefined && "none"].filter(Boolean).join(" ") || undefined}
									>
										<span>{cells[i] ?? "–"}</span>
									</td>
								)}
							</For>
						</tr>
					)}
				</For>
			</tbody>
		</table>
	);
}
