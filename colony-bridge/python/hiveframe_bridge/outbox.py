"""Frames that the dashboard has not acknowledged, in bounded memory."""

from __future__ import annotations

import itertools
from typing import Sequence

from .wire import HELLO_BYTES, PUSH_BYTES, Event, dumps, now_ms

#: Bytes that a push of several frames aims at.
TARGET_BYTES = 256_000


class Entry:
    """One numbered frame. ``parts`` is JSON text with instants (ms, by this machine's clock) in between, which are corrected for skew when sent."""

    __slots__ = ("kind", "first", "seq", "parts", "size", "samples", "events", "start", "end", "whole", "ids")

    def __init__(self, kind: str, parts: Event, samples: int = 0, events: int = 0, whole: bool = False) -> None:
        now = now_ms()
        instants = [part for part in parts if isinstance(part, int)]
        self.kind = kind
        self.first = self.seq = 0
        self.parts = parts
        self.size = 48 + sum(len(part) if isinstance(part, str) else 13 for part in parts)
        self.samples = samples
        self.events = events
        self.start = min(instants, default=now)
        self.end = max(instants, default=now)
        self.whole = whole
        self.ids: Sequence[int] = ()

    def line(self, skew: int) -> str:
        if self.kind == "gap":
            return dumps(
                {
                    "type": "gap",
                    "seq": self.seq,
                    "first": self.first,
                    "samples": self.samples,
                    "events": self.events,
                    "from": max(0, self.start - skew),
                    "until": max(0, self.end - skew),
                }
            )
        rest = "".join(part if isinstance(part, str) else str(max(0, part - skew)) for part in self.parts)
        return '{"type":"%s","seq":%d,%s}' % (self.kind, self.seq, rest)


class Outbox:
    """Frames without an acknowledgement, in order, within a bound of bytes.

    A frame that was sent is never dropped: it may have arrived. Past the bound the oldest unsent ticks, state frames and events are
    evicted, and each run of them becomes one ``gap``. Series and results are few and other frames need them, so they stay.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        # Sent frames stay, so a large push in a small buffer would evict the newest samples.
        self.target = min(TARGET_BYTES, most_bytes // 4)
        self.entries: list[Entry] = []
        self.bytes = 0
        self.seq = self.sent = self.acked = 0
        self.gaps = {"count": 0, "samples": 0, "events": 0}
        self._lost_at = 0

    @property
    def state_lost(self) -> bool:
        """A state frame was evicted and no whole one follows it: the next must be whole."""
        return self._lost_at > 0

    def put(self, entry: Entry) -> bool:
        """Numbers the frame. Returns False if it is too large for a push, or a patch on an evicted state."""
        if entry.size > PUSH_BYTES - HELLO_BYTES or (entry.kind == "state" and self.state_lost and not entry.whole):
            return False
        self._append(entry)
        if self.bytes > self.most_bytes:
            self._evict()
        return True

    def _append(self, entry: Entry) -> None:
        self.seq += 1
        entry.first = entry.seq = self.seq
        if entry.whole:
            self._lost_at = 0
        self.entries.append(entry)
        self.bytes += entry.size

    def next(self) -> list[Entry]:
        """The frames of the next push, oldest first."""
        taken: list[Entry] = []
        size = 0
        for entry in self.entries:
            if taken and size + entry.size > self.target:
                break
            taken.append(entry)
            size += entry.size
        if taken:
            self.sent = max(self.sent, taken[-1].seq)
        return taken

    def shrink(self, entries: Sequence[Entry]) -> None:
        """The dashboard refused a push of these as too large: later pushes are smaller. A single frame becomes a gap."""
        if len(entries) > 1:
            self.target = max(10_000, self.target // 2)
            return
        for index, entry in enumerate(self.entries):
            if entry in entries:
                self._drop(entry)
                self.entries[index] = self._gap(entry)

    def ack(self, seq: int) -> None:
        """Removes frames up to ``seq``: the dashboard has them on disk."""
        if seq <= self.acked:
            return
        self.acked = seq
        gone = 0
        for entry in self.entries:
            if entry.seq > seq:
                break
            self.bytes -= entry.size
            gone += 1
        del self.entries[:gone]

    def renew(self, first: list[Entry]) -> None:
        """Starts over with number 1, for a run of which the dashboard has nothing. ``first``: the definitions and the state, sent before the rest."""
        waiting = [entry for entry in self.entries if entry.kind not in ("series", "state")]
        self.entries = []
        self.bytes = self.seq = self.sent = self.acked = self._lost_at = 0
        for entry in itertools.chain(first, waiting):
            self._append(entry)
        if self.bytes > self.most_bytes:
            self._evict()

    def _evict(self) -> None:
        target = self.most_bytes * 0.9
        kept: list[Entry] = []
        for entry in self.entries:
            if entry.whole and entry.seq > self._lost_at:
                self._lost_at = 0
            droppable = entry.seq > self.sent and entry.kind in ("tick", "state", "events")
            # Patches on an evicted state are evicted too: they would give a state that never was.
            orphan = entry.kind == "state" and not entry.whole and 0 < self._lost_at < entry.seq
            if not droppable or (self.bytes <= target and not orphan):
                kept.append(entry)
                continue
            self._drop(entry)
            before = kept[-1] if kept and kept[-1].kind == "gap" and kept[-1].seq > self.sent else None
            gap = self._gap(entry)
            if before is None:
                self.gaps["count"] += 1
            else:
                kept.pop()
                self.bytes -= before.size
                gap.first = before.first
                gap.samples += before.samples
                gap.events += before.events
                gap.start = min(gap.start, before.start)
                gap.end = max(gap.end, before.end)
            kept.append(gap)
        self.entries = kept

    def _drop(self, entry: Entry) -> None:
        if entry.kind == "state":
            self._lost_at = max(self._lost_at, entry.seq)
        self.gaps["samples"] += entry.samples
        self.gaps["events"] += entry.events

    def _gap(self, entry: Entry) -> Entry:
        gap = Entry("gap", [], entry.samples, entry.events)
        gap.first, gap.seq, gap.start, gap.end, gap.size = entry.first, entry.seq, entry.start, entry.end, 160
        self.bytes += gap.size - entry.size
        return gap
