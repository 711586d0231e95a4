"""Retries and the clock's skew."""

from __future__ import annotations

import random
from collections import deque
from typing import Any, Optional

#: Seconds.
BACKOFF_FIRST, BACKOFF_MOST = 1.0, 30.0


class Backoff:
    """Exponential backoff with full jitter, so that many bridges do not return at once."""

    def __init__(self) -> None:
        self._attempt = 0

    def next(self) -> float:
        bound = min(BACKOFF_MOST, BACKOFF_FIRST * 2.0 ** min(self._attempt, 16))
        self._attempt += 1
        return random.random() * bound

    def reset(self) -> None:
        self._attempt = 0


class Clock:
    """How far this machine's clock is ahead of the dashboard's, from the quickest of the newest exchanges, as in NTP."""

    def __init__(self) -> None:
        self._measured: deque[tuple[float, float]] = deque(maxlen=8)
        #: Correction of instants, ms; None: no skew was measured.
        self.skew: Optional[int] = None

    def measure(self, clock: Any, now: int) -> None:
        """``clock``: of a welcome, ``sent`` by this clock, ``received`` and ``answered`` by the dashboard's."""
        if not isinstance(clock, dict):
            return
        sent, received, answered = (clock.get(key) for key in ("sent", "received", "answered"))
        if not (isinstance(sent, int) and isinstance(received, int) and isinstance(answered, int)):
            return
        trip = (now - sent) - (answered - received)
        self._measured.append((trip, ((sent - received) + (now - answered)) / 2))
        skew = min(self._measured)[1]
        # The dashboard shows seconds; less is noise of the network. Every change of skew is stored, so small ones are ignored.
        if abs(skew) < 1_000:
            self.skew = None if self.skew is None else 0
        elif self.skew is None or abs(skew - self.skew) > 500:
            self.skew = int(round(skew, -2))
