/** An editor of PromQL over a text area: colours, errors while typing, completion from the cluster's own names and labels. */
import {
	autocompletion,
	type Completion,
	type CompletionContext,
	type CompletionResult,
	closeBrackets,
	closeBracketsKeymap,
	completionKeymap,
	startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { PromQLExtension } from "@prometheus-io/codemirror-promql";
import { roughly } from "../../format/time.ts";
import { recent, remember } from "./recent.ts";

const THEME = EditorView.theme({
	"&": {
		color: "var(--ink)",
		backgroundColor: "var(--ground)",
		fontSize: "var(--body)",
		border: "1px solid var(--line-strong)",
		borderRadius: "var(--radius)",
	},
	"&.cm-focused": { outline: "2px solid var(--honey)", outlineOffset: "1px" },
	".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
	".cm-content": { padding: "0.5rem 0", caretColor: "var(--ink)" },
	".cm-line": { padding: "0 0.75rem" },
	".cm-placeholder": { color: "var(--ink-2)" },
	"&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--ink-2)" },
	".cm-tooltip": {
		color: "var(--ink)",
		backgroundColor: "var(--panel)",
		border: "1px solid var(--line-strong)",
		borderRadius: "var(--radius)",
	},
	".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16rem" },
	".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.75rem" },
	".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--ink)", backgroundColor: "var(--honey-tint)" },
	".cm-completionDetail": { color: "var(--ink-2)", fontStyle: "normal" },
	".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
	".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
});

const COLOURS = HighlightStyle.define([
	{ tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--s4)", fontWeight: "600" },
	{ tag: [tags.function(tags.variableName)], color: "var(--s2)" },
	{ tag: [tags.string, tags.special(tags.string)], color: "var(--s3)" },
	{ tag: [tags.number, tags.unit], color: "var(--s1)" },
	{ tag: tags.comment, color: "var(--ink-2)", fontStyle: "italic" },
	{ tag: tags.invalid, color: "var(--bad)" },
]);

/** Expressions of before, while nothing is written. */
function expressions({ state, pos }: CompletionContext): CompletionResult | null {
	if (state.doc.length > 0 || pos > 0) return null;
	const now = Date.now();
	const options = recent().map(({ expr, at }, i): Completion => ({ label: expr, detail: `${roughly(now - at)} ago`, boost: -i }));
	return options.length > 0 ? { from: 0, options, filter: false } : null;
}

export interface Editor {
	/** Replaces the text, if it is another. */
	set(text: string): void;
	destroy(): void;
}

/**
 * Opens the editor in place of the text area, which keeps the value for the form.
 * @param api URL of the Prometheus API whose names and labels complete the text
 * @param run shows the expression
 */
export function openEditor(area: HTMLTextAreaElement, api: string, run: () => void): Editor {
	const promql = new PromQLExtension().setComplete({ remote: { url: api, httpMethod: "GET" } });
	const show = (view: EditorView): boolean => {
		area.value = view.state.doc.toString();
		if (area.value.trim() !== "") remember(area.value.trim(), Date.now());
		run();
		return true;
	};
	let shown = area.value;
	const view = new EditorView({
		doc: area.value,
		extensions: [
			history(),
			bracketMatching(),
			closeBrackets(),
			autocompletion(),
			EditorState.languageData.of(() => [{ autocomplete: expressions }]),
			promql.asExtension(),
			syntaxHighlighting(COLOURS),
			THEME,
			EditorView.lineWrapping,
			EditorView.cspNonce.of(document.querySelector("script")?.nonce ?? ""),
			EditorView.contentAttributes.of({ "aria-label": area.labels[0]?.textContent ?? "PromQL" }),
			placeholder(area.placeholder),
			// Enter shows, as in any field of one line; a completion that is open takes it first.
			keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...lintKeymap]),
			keymap.of([
				{ key: "Shift-Enter", run: (target) => target.dispatch(target.state.replaceSelection("\n")) ?? true },
				{ key: "Enter", run: show },
				...defaultKeymap,
			]),
			Prec.lowest(
				EditorView.domEventHandlers({
					blur(_, target) {
						if (target.state.doc.toString() !== shown) show(target);
						shown = area.value;
					},
				}),
			),
			EditorView.updateListener.of(({ docChanged, state }) => {
				if (docChanged) area.value = state.doc.toString();
			}),
		],
	});
	area.before(view.dom);
	area.hidden = true;
	view.focus();
	view.dispatch({ selection: { anchor: area.selectionStart, head: area.selectionEnd } });
	if (area.value === "") startCompletion(view);
	return {
		set(text) {
			shown = text;
			if (view.state.doc.toString() !== text) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
		},
		destroy() {
			promql.destroy();
			view.destroy();
		},
	};
}
