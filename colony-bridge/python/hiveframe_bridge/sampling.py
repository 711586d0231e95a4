"""A sample under way, and safe access to objects that other threads change."""

from __future__ import annotations

import itertools
import threading
import time
import weakref
from typing import Any, Callable, Optional, cast

from .series_book import SeriesBook
from .warnings import LeftOut
from .wire import Event, Json, name_of

#: Seconds a sample waits for a question to the program's code.
ASIDE_WAIT = 0.1
#: Seconds after which reading the colony counts as slow.
SLOW_READ = 10.0


def copied(values: Any) -> list[Any]:
    """A copy of a collection that another thread may change. Copying a list or dictionary is one step of the interpreter; a deque or
    a subclass may raise meanwhile, and is copied again."""
    for _ in range(5):
        try:
            return list(values)
        except RuntimeError:
            continue
    return []


def items_of(mapping: Any) -> list[tuple[Any, Any]]:
    for _ in range(5):
        try:
            return list(mapping.items())
        except RuntimeError:
            continue
    return []


def newest_values(mapping: Any, most: int) -> list[Any]:
    """The values that were added last, newest first."""
    for _ in range(5):
        try:
            return list(itertools.islice(reversed(mapping.values()), most))
        except RuntimeError:
            continue
    return []


class Sample:
    """One sample under way: numbers go into the series book, the rest of the state into ``state``, events into ``events``."""

    def __init__(self, book: SeriesBook, left_out: LeftOut, prefix: str) -> None:
        self.number = book.add
        self.left_out = left_out.in_sample
        self.left_out_event = left_out.event
        self.prefix = prefix
        #: State from the current reader.
        self.state: dict[str, Any] = {}
        self.events: list[Event] = []
        #: Metric names that an object of the colony has given: the registry gives no alias of that name.
        self.names: set[str] = set()

    def part(self, part: str) -> list[Json]:
        return cast(list[Json], self.state.setdefault(part, []))

    def id(self, value: Any) -> str:
        """A worker's or stream's id with the prefix: HiveFrame uses the same ids in every process."""
        return name_of(self.prefix + str(value))


class RunningTotals:
    """Monotonic totals over all jobs: HiveFrame counts from 0 in each job, with the same bee names."""

    def __init__(self) -> None:
        self._base: dict[Any, float] = {}
        self._last: dict[Any, tuple[Callable[[], Any], float]] = {}

    def rise(self, key: Any, owner: Any, value: float) -> float:
        """The running total. ``owner`` is the counting object: a new one counts from 0, as does one whose count fell."""
        owned, last = self._last.get(key, (None, 0.0))
        if owned is not None and (owned() is not owner or value < last):
            self._base[key] = self._base.get(key, 0.0) + last
            owned = None
        self._last[key] = (owned or self._reference(owner), value)
        return self._base.get(key, 0.0) + value

    @staticmethod
    def _reference(owner: Any) -> Callable[[], Any]:
        """Weak: a bee holds its results, and must not live longer for being counted."""
        try:
            return weakref.ref(owner)
        except TypeError:
            return lambda: owner

    def sum(self) -> float:
        return sum(self._base.values()) + sum(last for _, last in self._last.values())


def first_workers(things: list[Any], most: int, sample: Sample) -> list[Any]:
    if len(things) > most:
        sample.left_out("workers", "there are more than %d" % most, len(things) - most)
    return things[:most]


class AsideThread:
    """Calls code of the program that may take long or never return, on a thread of its own. Its last result is used meanwhile."""

    def __init__(self) -> None:
        self._thread: Optional[threading.Thread] = None
        self._since = 0.0
        self._answer: Any = None
        self._error: Optional[BaseException] = None

    def ask(self, question: Callable[[], Any]) -> Any:
        """The newest result. Raises what the call raised, or TimeoutError if it takes long."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, args=(question,), name="hiveframe-bridge-aside", daemon=True)
            self._since = time.monotonic()
            try:
                self._thread.start()
            except RuntimeError:  # The interpreter is ending.
                return self._answer
        self._thread.join(ASIDE_WAIT)
        if self._thread.is_alive() and time.monotonic() - self._since > SLOW_READ:
            raise TimeoutError("no answer for %d s" % (time.monotonic() - self._since))
        if self._error is not None:
            raise self._error
        return self._answer

    def _run(self, question: Callable[[], Any]) -> None:
        try:
            self._answer, self._error = question(), None
        except BaseException as error:
            self._error = error
