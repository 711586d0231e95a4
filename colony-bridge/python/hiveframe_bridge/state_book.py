"""Workers, tasks, streams and checks as the dashboard has them, and the changes since."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from .outbox import Entry
from .wire import FRAME_BYTES, dumps

STATE_PARTS = ("workers", "tasks", "streams", "checks")


class StateBook:
    """Turns the state of one sample into frames: the changes since the sample before, or the whole state."""

    def __init__(self) -> None:
        self._sent: dict[str, dict[str, str]] = {}
        self._scalars: dict[str, str] = {}

    def frames(self, state: Mapping[str, Any], at: int, whole: bool) -> Iterator[Entry]:
        """``state``: lists of objects with an id, by part, and scalars. A part that is missing stays as it is."""
        changes: list[tuple[str, str, str]] = []
        for part in STATE_PARTS:
            if part not in state:
                continue
            now = {each["id"]: dumps(each) for each in state[part]}
            before = self._sent.get(part, {})
            changes.extend((part, "set", text) for key, text in now.items() if before.get(key) != text)
            changes.extend((part, "remove", dumps(key)) for key in before if key not in now)
            self._sent[part] = now
        scalars = {key: dumps(state[key]) for key in ("health", "queued", "leftOut") if key in state}
        changed = {key: text for key, text in scalars.items() if self._scalars.get(key) != text}
        self._scalars.update(scalars)
        if whole:
            yield from self.all(at)
        elif changes or changed:
            yield from self._pack(changes, changed, at, whole=False)

    def all(self, at: int) -> Iterator[Entry]:
        sets = [(part, "set", text) for part, texts in self._sent.items() for text in texts.values()]
        return self._pack(sets, self._scalars, at, whole=True)

    def _pack(self, changes: list[tuple[str, str, str]], scalars: Mapping[str, str], at: int, whole: bool) -> Iterator[Entry]:
        first = True
        waiting = iter(changes)
        while True:
            frame: dict[str, dict[str, list[str]]] = {}
            size = 0
            for part, verb, text in waiting:
                frame.setdefault(part, {}).setdefault(verb, []).append(text)
                size += len(text) + 1
                if size > FRAME_BYTES:
                    break
            if not first and not frame:
                return
            rest = ['"%s":%s' % each for each in scalars.items()] if first else []
            for part in STATE_PARTS:
                patch = ['"%s":[%s]' % (verb, ",".join(texts)) for verb, texts in frame.get(part, {}).items()]
                if first and whole and part in self._sent:
                    patch.insert(0, '"replace":true')
                if patch:
                    rest.append('"%s":{%s}' % (part, ",".join(patch)))
            yield Entry("state", ['"at":', at, "".join("," + each for each in rest)], whole=first and whole)
            first = False
