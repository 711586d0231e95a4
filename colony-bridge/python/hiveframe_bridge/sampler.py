"""Samples the colony every interval, on a thread of its own."""

from __future__ import annotations

import math
import time
from typing import Any, Iterable, Mapping, Optional

from .logs import LogLine, LogTap, event_frames, log_event
from .sampling import SLOW_READ, Sample
from .session import Session
from .wire import Json, describe_error, now_ms

#: Seconds between calls of the readers' ``watch()``.
WATCH_INTERVAL = 0.25


class Sampler:
    def __init__(self, session: Session, readers: list[Any], tap: LogTap, prefix: str) -> None:
        self._session = session
        self._readers = readers
        self._tap = tap
        self._prefix = prefix
        #: The last state from each reader: it stays while the reader fails.
        self._states: list[Mapping[str, Any]] = [{} for _ in readers]
        self._sampled = False
        self._at = 0
        #: Monotonic time at which the sample under way began.
        self.reading_since: Optional[float] = None
        self._slow_reported = False

    def run(self) -> None:
        session = self._session
        due = time.monotonic()
        while not session.stopping.is_set():
            self._sample()
            passed = time.monotonic() - due
            # On a grid: a sample longer than the interval skips instants.
            due += session.interval * max(1, math.ceil(passed / session.interval))
            while not session.stopping.is_set():
                left = due - time.monotonic()
                if left <= 0:
                    break
                session.stopping.wait(min(left, WATCH_INTERVAL))
                self._between_samples()
        if not session.over.is_set():
            self._sample()

    def _between_samples(self) -> None:
        for reader in self._readers:
            try:
                reader.watch(self._prefix)
            except Exception as error:
                self._session.warnings.add("%s could not read the colony: %s" % (type(reader).__name__, describe_error(error)))
        if self._tap.urgent:
            lines = self._tap.take(self._session.left_out.event)
            with self._session.lock:
                self._session.put(event_frames(lines))
                self._session.hurry()

    def _sample(self) -> None:
        session = self._session
        with session.lock:
            if session.series.crowded and not session.outbox.entries and session.state == "live":
                session.series.forget()
                session.renew(0)
        session.series.begin()
        session.left_out.begin()
        sample = Sample(session.series, session.left_out, self._prefix)
        self._slow_reported = False
        self.reading_since = time.monotonic()
        for index, reader in enumerate(self._readers):
            sample.state = {}
            try:
                reader.read(sample)
                self._states[index] = sample.state
            except Exception as error:  # The program may have replaced any object of the colony.
                reason = "%s could not read the colony: %s" % (type(reader).__name__, describe_error(error))
                session.left_out.in_sample("readings", reason)
        self.reading_since = None
        state = merged(self._states)
        lines = self._tap.take(session.left_out.event)
        state["leftOut"] = session.left_out.report(session.clock.skew or 0)
        # Two samples of one millisecond would be one in the history.
        now = now_ms()
        self._at = at = self._at + 1 if 0 <= self._at - now < 10 else now
        with session.changed:
            whole = not self._sampled or session.must_replace or session.outbox.state_lost
            self._sampled, session.must_replace = True, False
            session.put(session.state_book.frames(state, at, whole))
            session.put(session.series.frames(at))
            session.put(event_frames(sample.events + lines))
            session.changed.notify_all()

    def report_if_slow(self) -> None:
        """With the lock held. A sample that blocks sends nothing, so the dashboard is told why."""
        session, since = self._session, self.reading_since
        if since is None or self._slow_reported or time.monotonic() - since < max(SLOW_READ, 2 * session.interval):
            return
        self._slow_reported = True
        message = "reading the colony takes more than %d s; nothing new is shown until it ends" % (time.monotonic() - since)
        session.warnings.add(message, "slow reading")
        session.put(event_frames([log_event(LogLine(time.time(), "WARNING", "bridge", message))]))
        session.urgent = True


def merged(states: Iterable[Mapping[str, Any]]) -> Json:
    """The state from all readers: lists are joined, numbers added."""
    state: Json = {}
    for each in states:
        for key, value in each.items():
            state[key] = state[key] + value if key in state and isinstance(value, (list, int)) else value
    return state
