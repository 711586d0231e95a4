/**
 * One line a bump, newest first. A change of the wire shows in `test/node/protocol-version.test.ts`.
 *
 * 4: viewers confirm probes instead of positions; instants in state and events may have fractions or be ISO 8601; `state` says what the
 *    bridge left out;
 *    charts draw up to ten series each where no `fold` is asked, `together` is one; viewers may ask for counts of errors;
 *    a series has up to 64 labels of 1,024 characters, a selector 4,000;
 *    a task may end with `no_result`; what a silent bridge spoke for is `not-heard`, and snapshots name their log;
 *    the cluster gives out epochs; an instance holds a bridge's name; `goodbye`.
 * 3: a table widget's data source may be a query; a number's format that Python would not take is refused.
 * 2: custom widgets: `html` frames, widgets of kind `custom`.
 * 1: first protocol.
 */
export const PROTOCOL_VERSION: number = 4;

/** The oldest bridge a cluster still talks to. */
export const OLDEST_PROTOCOL_VERSION: number = 1;
