"""The bridge's run as the dashboard knows it, and all that the bridge's threads share."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Callable, Iterable, Mapping, Optional

from .clock import Clock
from .http_client import count_of
from .outbox import Entry, Outbox
from .series_book import SeriesBook
from .state_book import StateBook
from .warnings import LeftOut, Warnings
from .wire import HELLO_BYTES, PUSH_BYTES, Json, Labels, cut, dumps, now_ms

#: Seconds between pushes while nobody looks.
UNWATCHED_INTERVAL = 30.0


class Session:
    """Guarded by ``lock``. No thread holds it while on the network or in code of the program, and no thread of the colony takes it but to
    stop the bridge."""

    def __init__(
        self, hello: Json, interval: float, most_bytes: int, labels: Labels, warnings: Warnings, on_superseded: Callable[[], None]
    ) -> None:
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        #: No further samples; and: no further work at all.
        self.stopping = threading.Event()
        self.over = threading.Event()
        self.warnings = warnings
        self.left_out = LeftOut(warnings)
        self.series = SeriesBook(self.left_out, labels)
        self.state_book = StateBook()
        self.outbox = Outbox(most_bytes)
        self.clock = Clock()
        self.interval = interval
        self.hello = dict(hello, instance=uuid.uuid4().hex, started=now_ms())
        self.state = "connecting"
        #: The run's number from the dashboard; 0: it has given none yet.
        self.epoch = 0
        self.welcomed = False
        #: The bridge is stopping: no more long polls, and goodbye follows the last frame.
        self.parting = False
        self.goodbye_due = False
        self.must_replace = False
        self.urgent = False
        #: None: unknown.
        self.viewers: Optional[int] = None
        self.pushed_at = 0.0
        self.refused = 0
        self.reconnects = 0
        self._on_superseded = on_superseded

    # -- to send, with the lock held

    def put(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if not self.outbox.put(entry) and entry.size > PUSH_BYTES - HELLO_BYTES:
                self.left_out.event("frames", "a %s frame has %d bytes, more than a push holds" % (entry.kind, entry.size))

    def hurry(self) -> None:
        self.urgent = True
        self.changed.notify_all()

    def hello_line(self) -> str:
        """Declares the interval between pushes, by which the dashboard judges whether the bridge is stale."""
        hello = dict(self.hello, epoch=self.epoch, intervalMs=int(self.pace() * 1000), sent=now_ms())
        if self.clock.skew is not None:
            hello["skewMs"] = self.clock.skew
        return dumps(hello)

    def pace(self) -> float:
        """Seconds between pushes."""
        return max(self.interval, UNWATCHED_INTERVAL) if self.viewers == 0 else self.interval

    def is_due(self) -> bool:
        """Whether there is something to push now. Samples gather while nobody looks."""
        outbox = self.outbox
        if not outbox.entries:
            return False
        return self.urgent or self.state != "live" or outbox.bytes > outbox.target or self.until_due() <= 0

    def until_due(self) -> float:
        """Seconds until the waiting frames are due."""
        if not self.outbox.entries:
            return 1.0
        pause = self.pace() if self.pace() > self.interval else 0.0
        return max(0.0, self.pushed_at + pause * 0.95 - time.monotonic())

    def renew(self, epoch: int) -> None:
        """Begins another run, which announces everything again. 0: the dashboard has to number it."""
        self.epoch = epoch
        if not epoch:
            self.welcomed = False
            if self.state == "live":
                self.state = "connecting"
        self.outbox.renew([*self.series.all(), *self.state_book.all(now_ms())])

    # -- received, with the lock held

    def take(self, frames: Iterable[Json], pushed: Mapping[int, Entry]) -> bool:
        """The frames that answer a push. Returns whether there was progress: an acknowledgement, or the first welcome."""
        acked, welcomed = self.outbox.acked, self.welcomed
        for frame in frames:
            kind = frame["type"]
            if kind == "welcome":
                self.clock.measure(frame.get("clock"), now_ms())
                if not self.welcome(frame):
                    return False
            elif kind == "ack":
                self.outbox.ack(min(count_of(frame, "seq"), self.outbox.sent))
            elif kind == "error":
                self._take_error(frame, pushed.get(count_of(frame, "seq")))
        return self.outbox.acked > acked or self.welcomed > welcomed

    def _take_error(self, frame: Json, entry: Optional[Entry]) -> None:
        self.refused += 1
        if entry is not None and entry.kind == "series":
            self.series.refuse(entry.ids)
        if entry is not None and entry.kind == "state":
            self.must_replace = True
        problem, detail = frame.get("kind"), cut(frame.get("detail", ""), 500)
        self.warnings.add("the dashboard refused a frame (%s): %s" % (problem, detail), "refused %s" % problem)

    def welcome(self, frame: Json) -> bool:
        """Returns False if the run has no number yet."""
        epoch, last = count_of(frame, "epoch"), count_of(frame, "lastSeq")
        if not epoch:
            return False
        lost = last < self.outbox.acked
        if lost:
            self.warnings.add("the dashboard has lost acknowledged frames; series and state are sent to it again")
        if lost and epoch == self.epoch:
            self.renew(0)
            return False
        # `lastSeq` is of the run that hello named.
        self.outbox.ack(min(last, self.outbox.sent))
        if self.epoch and epoch != self.epoch:
            self.renew(epoch)
        self.epoch = epoch
        self.state = "live"
        self.welcomed = True
        return True

    # -- lost, without the lock

    def disconnect(self, message: str, topic: str) -> None:
        self.warnings.add(message, topic)
        with self.changed:
            self.state = "waiting"
            # Viewers may come while no count arrives.
            self.viewers = None
            self.changed.notify_all()

    def supersede(self, detail: str) -> None:
        self.warnings.add("another bridge of this name has taken over, and this one ends: %s" % detail)
        self._on_superseded()
        self.stopping.set()
        self.over.set()
        self.warnings.end()
        with self.changed:
            self.state = "superseded"
            self.changed.notify_all()
