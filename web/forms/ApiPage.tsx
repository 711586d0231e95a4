import { For, type JSX, Show } from "solid-js";
import type { ApiOperation, ApiParameter, PageContext } from "../page/pages.d.ts";
import { Brand } from "../shell/Brand.tsx";

/** The REST API to read and to try: a reading operation opens as a link, any other as a line for a shell. */
export function ApiPage(props: { operations: readonly ApiOperation[]; context: PageContext }): JSX.Element {
	const { operations, context } = props;
	const subjects = [...new Set(operations.map(({ subject }) => subject))];
	return (
		<main class="tokens api-page">
			<div class="page-head">
				<Brand title={context.config.title} logoUrl={context.config.logoUrl} href={`${context.root}/`} />
				<a class="button button-plain button-small" href={`${context.root}/api/openapi.json`}>
					OpenAPI 3.1
				</a>
			</div>
			<h1>REST API</h1>
			<p>
				JSON with timestamps in ISO 8601 UTC. Paths of a cluster are also under <code>/clusters/NAME</code>. Programs send a token of{" "}
				<a href={`${context.root}/access/tokens`}>Tokens</a> as <code>Authorization: Bearer TOKEN</code> where people sign in. A refusal
				says what was wrong and what to do (<code>application/problem+json</code>).
			</p>
			<nav class="api-subjects" aria-label="Subjects">
				<For each={subjects}>{(subject) => <a href={`#${anchorOf(subject)}`}>{subject}</a>}</For>
			</nav>
			<For each={subjects}>
				{(subject) => (
					<section class="panel whole" id={anchorOf(subject)} aria-labelledby={`${anchorOf(subject)}-title`}>
						<div class="panel-head">
							<h2 id={`${anchorOf(subject)}-title`}>{subject}</h2>
						</div>
						<For each={operations.filter((operation) => operation.subject === subject)}>
							{(operation) => <Operation of={operation} origin={context.connect.origin} root={context.root} />}
						</For>
					</section>
				)}
			</For>
		</main>
	);
}

const anchorOf = (subject: string): string => subject.toLowerCase().replaceAll(" ", "-");

function Operation(props: { of: ApiOperation; origin: string; root: string }): JSX.Element {
	const { method, path, does, parameters, body, answer } = props.of;
	const opens = method === "GET" && !path.includes("{") && answer !== undefined;
	return (
		<details class="api-operation">
			<summary>
				<span class="tag">{method}</span> <code>{path}</code> <span class="quiet">{does}</span>
			</summary>
			<Show when={parameters.length > 0}>
				<dl>
					<For each={parameters}>{(parameter) => <Parameter of={parameter} />}</For>
				</dl>
			</Show>
			<Show when={body}>{(schema) => <Schema name="Body" of={schema()} />}</Show>
			<Show when={answer}>{(schema) => <Schema name="Answer" of={schema()} />}</Show>
			<p>
				<code>{shellLine(props.of, props.origin + props.root)}</code>
				<Show when={opens}>
					{" "}
					<a href={props.root + path}>Try it</a>
				</Show>
			</p>
		</details>
	);
}

function Parameter(props: { of: ApiParameter }): JSX.Element {
	const { name, required, schema, where } = props.of;
	return (
		<>
			<dt>
				<code>{name}</code> <span class="quiet">{where === "path" ? "in the path" : required ? "required" : ""}</span>
			</dt>
			<dd>
				<code>{JSON.stringify(schema)}</code>
			</dd>
		</>
	);
}

function Schema(props: { name: string; of: object }): JSX.Element {
	return (
		<details>
			<summary>{props.name}</summary>
			<pre>{JSON.stringify(props.of, null, 2)}</pre>
		</details>
	);
}

function shellLine({ method, path, body }: ApiOperation, address: string): string {
	const how = method === "GET" ? "" : ` -X ${method}`;
	const data = body ? ` -H 'Content-Type: application/json' -d '{…}'` : "";
	return `curl${how} -H 'Authorization: Bearer TOKEN'${data} '${address}${path}'`;
}
