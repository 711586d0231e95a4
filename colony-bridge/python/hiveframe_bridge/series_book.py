"""Series by number, and the values of one sample."""

from __future__ import annotations

import math
from typing import Any, Iterable, Iterator, Mapping, Optional, Union

from .outbox import Entry
from .warnings import LeftOut
from .wire import (
    FRAME_BYTES,
    HELP_CHARS,
    LABEL_CHARS,
    LABEL_NAME,
    METRIC_NAME,
    MOST_LABELS,
    MOST_SERIES,
    UNIT_CHARS,
    UNIT_SUFFIX,
    VALUES_PER_FRAME,
    Json,
    Labels,
    cut,
    dumps,
)

TOO_MANY = ("metrics past the limit", "there are more than %d series; is a label's value different every time?" % MOST_SERIES)


class SeriesBook:
    """A dense number for each series, and the values of one sample by number."""

    def __init__(self, left_out: LeftOut, labels: Labels) -> None:
        self._left_out = left_out
        self._labels = labels
        self._numbers: dict[tuple[str, Labels], int] = {}
        #: Series with an invalid name or label: field and reason.
        self._unfit: dict[tuple[str, Labels], tuple[str, str]] = {}
        self._definitions: list[str] = []
        self._refused: set[int] = set()
        self._added: list[int] = []
        self._values: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._definitions)

    @property
    def crowded(self) -> bool:
        """Most of many series are no longer sampled: a new run would not have to carry them."""
        return len(self) > 20_000 and len(self._values) < len(self) / 2

    def begin(self) -> None:
        self._added = []
        self._values = {}

    def add(
        self,
        name: str,
        value: Any,
        kind: str = "gauge",
        labels: Union[Labels, Mapping[str, Any]] = (),
        unit: Optional[str] = None,
        text: str = "",
    ) -> None:
        """Adds one value to this sample, anything that converts to a float. NaN and infinities mean that the metric has no value now."""
        try:
            # Numbers of other libraries, and True, are not JSON numbers.
            if type(value) is not float and type(value) is not int:
                value = float(value)
            has_value = math.isfinite(value)
        except Exception as error:  # A type of another library may raise anything.
            reason = "the value of %s is a %s, which is no number (%s)" % (name, type(value).__name__, type(error).__name__)
            self._left_out.in_sample("metrics.value", reason)
            return
        if not has_value:
            return
        if not isinstance(labels, tuple):
            labels = tuple(sorted((key, cut(each, LABEL_CHARS)) for key, each in labels.items()))
        if self._labels:
            labels = tuple(sorted({**dict(self._labels), **dict(labels)}.items()))
        key = (name, labels)
        number = self._numbers.get(key)
        if number is None:
            number = self._define(key, kind, unit, text)
        if number < 0:
            self._left_out.in_sample(*self._unfit.get(key, TOO_MANY))
        elif number in self._refused:
            self._left_out.in_sample("refused metrics", "the dashboard has no room for %s" % name)
        elif number not in self._values:
            self._values[number] = value

    def _define(self, key: tuple[str, Labels], kind: str, unit: Optional[str], text: str) -> int:
        name, labels = key
        if len(self._numbers) < 2 * MOST_SERIES:
            self._numbers[key] = -1
        named = [label for label, _ in labels]
        if not METRIC_NAME.fullmatch(name) or len(labels) > MOST_LABELS or not all(map(LABEL_NAME.fullmatch, named)):
            reason = "%r with the labels %r: names have letters, digits and _; labels are %d at most" % (name[:100], named[:5], MOST_LABELS)
            if len(self._unfit) < MOST_SERIES:
                self._unfit[key] = ("metrics.name", reason)
            return -1
        if len(self._definitions) >= MOST_SERIES:
            return -1
        if unit is None and kind != "bucket":
            found = UNIT_SUFFIX.search(name)
            unit = found.group(1) if found else None
        number = len(self._definitions)
        definition: Json = {"id": number, "name": name, "type": kind}
        if labels:
            definition["labels"] = dict(labels)
        if unit:
            definition["unit"] = unit[:UNIT_CHARS]
        if text:
            definition["help"] = cut(text, HELP_CHARS)
        self._definitions.append(dumps(definition))
        self._numbers[key] = number
        self._added.append(number)
        return number

    def frames(self, at: int) -> Iterator[Entry]:
        """New series, then the sample: one tick at least, which may be empty, so that the bridge is not stale."""
        yield from self._announce(self._added)
        self._added = []
        numbers = list(self._values)
        for start in range(0, max(1, len(numbers)), VALUES_PER_FRAME):
            ids = numbers[start : start + VALUES_PER_FRAME]
            values = dumps([self._values[number] for number in ids])
            yield Entry("tick", ['"at":', at, ',"ids":%s,"values":%s' % (dumps(ids), values)], samples=len(ids))

    def all(self) -> Iterator[Entry]:
        return self._announce(range(len(self._definitions)))

    def refuse(self, numbers: Iterable[int]) -> None:
        """Leaves these out of further ticks: the dashboard has refused the series, and would refuse the whole tick."""
        self._refused.update(numbers)

    def forget(self) -> None:
        """Forgets all series, for a new run while no tick waits. Later samples announce theirs again."""
        self._numbers.clear()
        self._unfit.clear()
        self._definitions.clear()
        self._refused.clear()
        self.begin()

    def _announce(self, numbers: Iterable[int]) -> Iterator[Entry]:
        batch: list[int] = []
        size = 0
        for number in numbers:
            size += len(self._definitions[number]) + 1
            batch.append(number)
            if size > FRAME_BYTES:
                yield self._series(batch)
                batch, size = [], 0
        if batch:
            yield self._series(batch)

    def _series(self, batch: list[int]) -> Entry:
        entry = Entry("series", ['"series":[%s]' % ",".join(self._definitions[number] for number in batch)])
        entry.ids = batch
        return entry
