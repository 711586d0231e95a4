import { type JSX, Show } from "solid-js";
import { Line, Lines } from "../../components/Lines.tsx";
import { Panel, Shown } from "../../components/Panel.tsx";
import { Ago } from "../../components/Time.tsx";
import { count } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";

/** Reported data that the dashboard rejected, by field, with the first reason. Hidden if there is none. */
export function LeftOut(): JSX.Element {
	const page = usePage();
	return (
		<Show when={page.data.cluster().leftOut}>
			{(left) => (
				<Panel title="Left out" anchor="left-out" class="left-out" note={<Shown of={left()} one="field" />}>
					<Lines label="Left out" rows={left().rows}>
						{(row) => (
							<Line
								before={<span class="tag">{count(row.count)}</span>}
								side={
									<>
										<span class="cut" title={row.bridge}>
											{row.bridge}
										</span>
										<Show when={row.at} fallback={<span>now</span>}>
											{(at) => <Ago at={at()} />}
										</Show>
									</>
								}
							>
								<strong class="cut" title={row.field}>
									{row.field}
								</strong>
								<span class="quiet line-message" title={row.reason}>
									{row.reason}
								</span>
							</Line>
						)}
					</Lines>
				</Panel>
			)}
		</Show>
	);
}
