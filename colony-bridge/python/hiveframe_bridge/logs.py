"""Log records of the program as events."""

from __future__ import annotations

import itertools
import logging
import sys
from collections import deque
from typing import Any, Callable, Iterator, NamedTuple

from .outbox import Entry
from .sampling import items_of
from .tracebacks import Trace
from .wire import EVENTS_PER_FRAME, FRAME_BYTES, LEVELS, LOG, NAME_CHARS, TEXT_CHARS, Event, cut, dumps, epoch_ms, name_of, now_ms, text_of

#: Lines that wait for a sample.
MOST_LOGS = 5_000


class LogLine(NamedTuple):
    """A log line, formatted when it was written: its arguments may change later."""

    at: Any
    level: str
    source: Any
    text: str
    trace: Any = None


class LogTap:
    """Receives records from HiveFrame's ``Logger`` and from ``logging``. It never blocks the logging thread, and formats no line that it
    has to drop."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._waiting: deque[LogLine] = deque()
        #: Bytes waiting, without a lock: threads may lose an addition, so it is reset when nothing waits.
        self._bytes = 0
        self._dropped = itertools.count()
        self._drawn = 0
        self._loggers: list[tuple[Any, Any]] = []
        self.urgent = False

    def handle(self, record: Any) -> None:
        """HiveFrame's handler interface."""
        try:
            if self.has_room():
                trace = record.exception
                trace = Trace.of(trace) if isinstance(trace, BaseException) else trace and cut(text_of(trace), TEXT_CHARS)
                text = line_text(record.message, record.extra)
                self.keep(LogLine(record.timestamp, record.level.name, record.logger_name, text, trace))
        except Exception:  # A record of another shape is dropped.
            pass

    def has_room(self) -> bool:
        """Call before a line is formatted. False: the line counts as dropped."""
        if len(self._waiting) < MOST_LOGS and self._bytes < self._most_bytes:
            return True
        next(self._dropped)
        return False

    def keep(self, line: LogLine) -> None:
        self._bytes += self._size(line)
        self._waiting.append(line)
        if line.level in ("ERROR", "CRITICAL"):
            self.urgent = True

    @staticmethod
    def _size(line: LogLine) -> int:
        return 300 + sys.getsizeof(line.text) + (sys.getsizeof(line.trace) if isinstance(line.trace, str) else 1_000 if line.trace else 0)

    def attach_to(self, logger: Any) -> None:
        if isinstance(logger, logging.Logger):
            handler = StandardHandler(self)
            logger.addHandler(handler)
            self._loggers.append((logger, handler))
        elif isinstance(getattr(logger, "handlers", None), list):
            # Loggers made by ``with_context`` share this list.
            logger.handlers.append(self)
            self._loggers.append((logger, self))
        else:
            raise TypeError("logger is %r; HiveFrame's Logger or one of the logging module is needed" % type(logger).__name__)

    def detach(self) -> None:
        for logger, handler in self._loggers:
            try:
                if isinstance(logger, logging.Logger):
                    logger.removeHandler(handler)
                else:
                    logger.handlers.remove(handler)
            except ValueError:
                pass
        self._loggers = []

    def take(self, left_out: Callable[[str, str, int], None]) -> list[Event]:
        """The lines since the last call, as events."""
        self.urgent = False
        lines: list[Event] = []
        while self._waiting and len(lines) < MOST_LOGS:
            line = self._waiting.popleft()
            self._bytes -= self._size(line)
            lines.append(log_event(line))
        if not self._waiting:
            self._bytes = 0
        # ``next()`` of a count is one step of the interpreter, ``+=`` is not. This call counts no drop.
        drawn = next(self._dropped)
        dropped, self._drawn = drawn - self._drawn, drawn + 1
        if dropped > 0:
            left_out("logs", "more than %d lines or %d kB waited" % (MOST_LOGS, self._most_bytes // 1000), dropped)
        return lines


class StandardHandler(logging.Handler):
    """A handler of ``logging`` without its lock: a deque needs none."""

    def __init__(self, tap: LogTap) -> None:
        super().__init__()
        self._tap = tap

    def createLock(self) -> None:
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        # The bridge's own warnings are no log lines of the colony.
        if record.name != LOG.name:
            self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if self._tap.has_room():
                # Another handler may have formatted the exception already.
                trace = record.exc_text or (Trace.of(record.exc_info[1]) if record.exc_info else None)
                line = LogLine(record.created, record.levelname, record.name, line_text(record.getMessage(), None), trace)
                self._tap.keep(line)
        except Exception:
            pass


def line_text(message: Any, extra: Any) -> str:
    """Message and context, which may be objects of any type and size."""
    text = cut(text_of(message), TEXT_CHARS)
    for index, (key, value) in enumerate(items_of(extra) if extra else ()):
        if len(text) >= TEXT_CHARS:
            break
        text += "%s%s=%s" % (" " if index else " | ", cut(text_of(key), NAME_CHARS), cut(text_of(value), TEXT_CHARS))
    return cut(text, TEXT_CHARS)


def log_event(line: LogLine) -> Event:
    text = line.text if not line.trace else line.text + "\n" + text_of(line.trace)
    event = {
        "type": "log",
        "level": line.level if line.level in LEVELS else "INFO",
        "source": name_of(text_of(line.source)),
        "message": cut(text, TEXT_CHARS),
    }
    return [dumps(event)[:-1] + ',"at":', epoch_ms(line.at) or now_ms(), "}"]


def event_frames(events: list[Event]) -> Iterator[Entry]:
    parts: Event = ['"events":[']
    count = size = 0
    for event in events:
        if count:
            parts.append(",")
        parts.extend(event)
        count += 1
        size += sum(len(part) for part in event if isinstance(part, str))
        if size > FRAME_BYTES or count >= EVENTS_PER_FRAME:
            parts.append("]")
            yield Entry("events", parts, events=count)
            parts, count, size = ['"events":['], 0, 0
    if count:
        parts.append("]")
        yield Entry("events", parts, events=count)
