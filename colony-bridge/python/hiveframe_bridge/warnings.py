"""Warnings for the program's owner, and counts of entries that the dashboard cannot show."""

from __future__ import annotations

import queue
import time
from typing import Iterable, Optional

from .wire import LOG, MOST_FIELDS, REASON_CHARS, Json, cut, now_ms

#: Seconds before a warning of the same topic is logged again.
REPEAT_AFTER = 60.0
MOST_TOPICS = 200
MOST_WAITING = 100


class Warnings:
    """Warnings go to ``logging``, each topic once a minute.

    Handlers are the program's code. They run on a thread of their own, so the bridge never waits for one, nor holds a lock meanwhile.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        #: All warnings, repeats included.
        self.count = 0
        # Verbatim, and as an exception's text quotes them.
        forms = {form for secret in secrets if secret for form in (secret, repr(secret)[1:-1])}
        self._secrets = sorted(forms, key=len, reverse=True)
        self._logged_at: dict[str, float] = {}
        self._waiting: "queue.SimpleQueue[Optional[str]]" = queue.SimpleQueue()

    def add(self, message: str, topic: Optional[str] = None) -> None:
        """``topic`` identifies the warning; its words by default."""
        self.count += 1
        topic = topic or message
        now = time.monotonic()
        if now - self._logged_at.get(topic, -REPEAT_AFTER) < REPEAT_AFTER or self._waiting.qsize() >= MOST_WAITING:
            return
        if len(self._logged_at) >= MOST_TOPICS:
            self._logged_at.clear()
        self._logged_at[topic] = now
        for secret in self._secrets:
            message = message.replace(secret, "***")
        self._waiting.put(message)

    def run(self) -> None:
        """The thread's work, until ``end()``."""
        for message in iter(self._waiting.get, None):
            try:
                LOG.warning("%s", message)
            except BaseException:  # A failing handler must not stop the bridge.
                pass

    def end(self) -> None:
        self._waiting.put(None)


class LeftOut:
    """Counts entries of the colony that cannot be shown, by field, with the reason of the first. The dashboard receives all counts, the
    program's owner one warning a field a minute.

    Entries of a sample are counted anew in each sample; events are counted for as long as the bridge runs.
    """

    def __init__(self, warnings: Warnings) -> None:
        self._warnings = warnings
        self._fields: dict[str, Json] = {}
        #: Events reported so far, by field.
        self._reported: dict[str, int] = {}

    def begin(self) -> None:
        """Begins a sample: its counts start at zero."""
        self._fields = {field: each for field, each in self._fields.items() if "at" in each}

    def in_sample(self, field: str, reason: str, count: int = 1) -> None:
        """Counts entries dropped from this sample."""
        self._add({"field": field, "count": count, "reason": cut(reason, REASON_CHARS)})

    def event(self, field: str, reason: str, count: int = 1) -> None:
        """Counts dropped events."""
        self._add({"field": field, "count": count, "reason": cut(reason, REASON_CHARS), "at": now_ms()})

    def _add(self, new: Json) -> None:
        if new["field"] not in self._fields and len(self._fields) >= MOST_FIELDS - 1:
            new["field"] = "other fields"
        counted = self._fields.setdefault(new["field"], dict(new, count=0))
        counted["count"] += new["count"]
        if "at" in new:
            counted["at"] = new["at"]

    def report(self, skew: int) -> list[Json]:
        """Warns the owner about new entries. Returns the list for the dashboard."""
        for field, each in self._fields.items():
            if "at" not in each or each["count"] > self._reported.get(field, 0):
                noun = "entry" if each["count"] == 1 else "entries"
                self._warnings.add("%d %s left out at %s: %s" % (each["count"], noun, field, each["reason"]), "left out " + field)
            if "at" in each:
                self._reported[field] = each["count"]
        return [dict(each, at=max(0, each["at"] - skew)) if "at" in each else each for each in self._fields.values()]
