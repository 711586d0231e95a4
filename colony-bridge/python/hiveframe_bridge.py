"""Shows a HiveFrame colony, a Python process, on a HiveFrame Dashboard.

    from hiveframe_bridge import attach

    bridge = attach(hive, to="https://dashboard.example.com", cluster="production", token=TOKEN)

One file, standard library only, Python 3.9 and later: copy it beside your program. From then on the colony's workers, tasks,
streams, metrics and logs are on the dashboard, until ``bridge.stop()`` or the end of the program.

It stays out of the colony's way. The colony's threads are never called into, wait for nothing and hear of no error: threads of the
bridge's own read what the colony keeps anyway, and what a log handler is given goes into a bounded queue. What cannot be sent is
kept in bounded memory; past it the oldest samples make room and the dashboard shows a gap that says how many.

Delivery is that of the dashboard's own bridges, over plain HTTP requests: frames are numbered, kept until the dashboard has them on
disk, sent again over any break and counted once. See ``colony-bridge/protocol/up.ts`` of the dashboard for what crosses the wire.

The parts, from the bottom up: texts and bounds of the wire; ``_Outbox``; ``_SeriesBook`` and ``_StateBook``, what the dashboard was
told; the readers, what HiveFrame's objects say; ``_Http``; ``Bridge``, which ties them together; ``attach``.
"""

from __future__ import annotations

import atexit
import base64
import http.client
import itertools
import json
import logging
import math
import os
import queue
import random
import re
import socket
import ssl
import sys
import threading
import time
import urllib.parse
import urllib.request
import weakref
from collections import deque
from typing import Any, Callable, Deque, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, Union

__all__ = ["Bridge", "attach", "restart_bee", "scale_hive"]

PROTOCOL_VERSION = 1

# The contract's bounds (colony-bridge/protocol/limits.ts). Characters are UTF-16 units, as the dashboard counts them.
_NAME_CHARS = 200
_TEXT_CHARS = 8_000
_MOST_LABELS = 32
_MOST_SERIES = 100_000
_EVENTS_PER_FRAME = 5_000
_VALUES_PER_FRAME = 8_000
_PUSH_BYTES = 1_000_000

# Bytes a frame, and a push of several, aim at.
_FRAME_BYTES = 200_000
_TARGET_BYTES = 256_000

# Seconds.
_WATCH = 0.25
_ANSWER = 20.0
_WAIT = 25
_UNWATCHED = 30.0
_BACKOFF_FIRST, _BACKOFF_MOST = 0.5, 30.0
_QUIET = 60.0
_JOB_QUIET = 60.0

# Bounds on what one sample looks at, so that a colony of any size costs about the same.
_MOST_LOGS = 5_000
_MOST_ENDS = 2_000
_MOST_PARTITIONS = 20_000
_VIGOR_PARTITIONS = 200
_MOST_WORKERS = 10_000

_METRIC_NAME = re.compile(r"^[A-Za-z_:][A-Za-z0-9_:]{0,199}$")
_LABEL_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,199}$")
_CLUSTER_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")
_UNIT = re.compile(r"_(seconds|bytes|ratio|percent|celsius)(_total)?$")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_log = logging.getLogger("hiveframe_bridge")

Json = Dict[str, Any]
Labels = Tuple[Tuple[str, str], ...]
Restart = Callable[[str], Optional[str]]
Scale = Callable[[int], Optional[str]]


# ---------------------------------------------------------------------------------------------------------------------------------
# Texts


def _cut(value: Any, chars: int) -> str:
    """The value as text of at most so many UTF-16 units, its beginning and how much there was where it is longer."""
    text = value if isinstance(value, str) else str(value)
    if len(text) * 2 <= chars or (len(text) <= chars and text.isascii()):
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * chars:
        return text
    note = "… [cut, %d characters in all]" % len(text) if chars > 100 else "…"
    # A character outside the basic plane is not cut in half.
    return units[: 2 * (chars - len(note))].decode("utf-16-le", "ignore") + note


def _name(value: Any) -> str:
    """A name of the contract: never empty, never too long."""
    return _cut(value, _NAME_CHARS) or "?"


def _dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _ms(seconds: Any) -> Optional[int]:
    """Epoch seconds as HiveFrame has them, in ms; None where they are not set (0) or make no sense."""
    if isinstance(seconds, (int, float)) and 0 < seconds < 8.64e12:
        return int(seconds * 1000)
    return None


def _now_ms() -> int:
    return int(time.time() * 1000)


class _Complaints:
    """What the bridge tells the program's owner, through ``logging``: once a minute for the same words."""

    def __init__(self) -> None:
        self.count = 0
        self._told: Dict[str, float] = {}

    def say(self, message: str, topic: Optional[str] = None) -> None:
        self.count += 1
        topic = topic or message
        now = time.monotonic()
        if now - self._told.get(topic, -_QUIET) < _QUIET:
            return
        if len(self._told) >= 200:
            self._told.clear()
        self._told[topic] = now
        try:
            _log.warning("%s", message)
        except Exception:  # A handler of the program's own that fails is not the bridge's business.
            pass


# ---------------------------------------------------------------------------------------------------------------------------------
# Outbox


class _Entry:
    """One numbered frame. ``parts`` are texts with instants (ms, by the colony's clock) between them: they are corrected when sent."""

    __slots__ = ("kind", "first", "seq", "parts", "size", "samples", "events", "start", "end", "whole", "ids")

    def __init__(self, kind: str, parts: List[Union[str, int]], samples: int = 0, events: int = 0, whole: bool = False) -> None:
        now = _now_ms()
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
            return _dumps(
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


class _Outbox:
    """Frames that are not known to be on the dashboard's disk, in order, within a bound of bytes.

    What was ever sent is never dropped: whether it arrived is not known. Past the bound the oldest unsent ticks, state frames and
    events make room, and each run of them becomes one ``gap``. Series and results are few, and everything leans on them.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        # What is sent cannot be dropped: in a small buffer the newest would have to make room for it.
        self.target = min(_TARGET_BYTES, most_bytes // 4)
        self.entries: List[_Entry] = []
        self.bytes = 0
        self.seq = self.sent = self.acked = 0
        self.gaps = {"count": 0, "samples": 0, "events": 0}
        self._lost_at = 0

    @property
    def state_lost(self) -> bool:
        """A state frame was dropped with nothing whole after it: the next must be whole."""
        return self._lost_at > 0

    def put(self, entry: _Entry) -> bool:
        """Numbers the frame. False: it could not be carried, or is a patch on a state that was dropped."""
        if entry.size > _PUSH_BYTES - 2_000 or (entry.kind == "state" and self.state_lost and not entry.whole):
            return False
        self._append(entry)
        if self.bytes > self.most_bytes:
            self._shed()
        return True

    def _append(self, entry: _Entry) -> None:
        self.seq += 1
        entry.first = entry.seq = self.seq
        if entry.whole:
            self._lost_at = 0
        self.entries.append(entry)
        self.bytes += entry.size

    def next(self) -> List[_Entry]:
        """The frames of the next push, oldest first."""
        taken: List[_Entry] = []
        size = 0
        for entry in self.entries:
            if taken and size + entry.size > self.target:
                break
            taken.append(entry)
            size += entry.size
        if taken:
            self.sent = max(self.sent, taken[-1].seq)
        return taken

    def shrink(self, entries: Sequence[_Entry]) -> None:
        """A push of these was more than the dashboard can hold: smaller ones from now on; one frame alone becomes a gap."""
        if len(entries) > 1:
            self.target = max(10_000, self.target // 2)
            return
        for index, entry in enumerate(self.entries):
            if entry in entries:
                self._drop(entry)
                self.entries[index] = self._gap(entry)

    def ack(self, seq: int) -> None:
        """Everything up to ``seq`` is on disk there."""
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

    def renew(self, first: List[_Entry]) -> None:
        """Starts over with number 1 for a dashboard that has nothing of this run; ``first`` is all it must be told."""
        waiting = [entry for entry in self.entries if entry.kind not in ("series", "state")]
        self.entries = []
        self.bytes = self.seq = self.sent = self.acked = self._lost_at = 0
        for entry in itertools.chain(first, waiting):
            self._append(entry)
        if self.bytes > self.most_bytes:
            self._shed()

    def _shed(self) -> None:
        target = self.most_bytes * 0.9
        kept: List[_Entry] = []
        for entry in self.entries:
            if entry.whole and entry.seq > self._lost_at:
                self._lost_at = 0
            droppable = entry.seq > self.sent and entry.kind in ("tick", "state", "events")
            # A patch on a state that is not there would be a lie: patches go with what they lean on.
            leans = entry.kind == "state" and not entry.whole and 0 < self._lost_at < entry.seq
            if not droppable or (self.bytes <= target and not leans):
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

    def _drop(self, entry: _Entry) -> None:
        if entry.kind == "state":
            self._lost_at = max(self._lost_at, entry.seq)
        self.gaps["samples"] += entry.samples
        self.gaps["events"] += entry.events

    def _gap(self, entry: _Entry) -> _Entry:
        gap = _Entry("gap", [], entry.samples, entry.events)
        gap.first, gap.seq, gap.start, gap.end, gap.size = entry.first, entry.seq, entry.start, entry.end, 160
        self.bytes += gap.size - entry.size
        return gap


# ---------------------------------------------------------------------------------------------------------------------------------
# What the dashboard was told


class _SeriesBook:
    """A dense number for each series, and the values of one sample by number."""

    def __init__(self, complaints: _Complaints, labels: Labels) -> None:
        self._complaints = complaints
        self._labels = labels
        self._numbers: Dict[Tuple[str, Labels], int] = {}
        self._definitions: List[str] = []
        self._refused: Set[int] = set()
        self._added: List[int] = []
        self._values: Dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._definitions)

    @property
    def crowded(self) -> bool:
        """Most of many series are gone: labels change all the time. Worth forgetting, in a new run."""
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
        """One number of this sample. What is no finite number has no value now."""
        if not isinstance(value, (int, float)) or not math.isfinite(value):
            return
        if not isinstance(labels, tuple):
            labels = tuple(sorted((key, _cut(each, _NAME_CHARS)) for key, each in labels.items()))
        if self._labels:
            labels = tuple(sorted({**dict(self._labels), **dict(labels)}.items()))
        key = (name, labels)
        number = self._numbers.get(key)
        if number is None:
            number = self._define(key, kind, unit, text)
        if number >= 0 and number not in self._values and number not in self._refused:
            self._values[number] = value

    def _define(self, key: Tuple[str, Labels], kind: str, unit: Optional[str], text: str) -> int:
        name, labels = key
        if len(self._numbers) < 2 * _MOST_SERIES:
            self._numbers[key] = -1
        if not _METRIC_NAME.match(name) or len(labels) > _MOST_LABELS or not all(_LABEL_NAME.match(label) for label, _ in labels):
            named = [label for label, _ in labels]
            self._complaints.say("the metric %r with labels %r cannot be named so and is left out" % (name[:100], named))
            return -1
        if len(self._definitions) >= _MOST_SERIES:
            self._complaints.say("there are more than %d series; is a label's value different every time?" % _MOST_SERIES)
            return -1
        if unit is None and kind != "bucket":
            found = _UNIT.search(name)
            unit = found.group(1) if found else None
        number = len(self._definitions)
        definition: Json = {"id": number, "name": name, "type": kind}
        if labels:
            definition["labels"] = dict(labels)
        if unit:
            definition["unit"] = unit[:40]
        if text:
            definition["help"] = _cut(text, 2_000)
        self._definitions.append(_dumps(definition))
        self._numbers[key] = number
        self._added.append(number)
        return number

    def frames(self, at: int) -> Iterator[_Entry]:
        """What is new, then the sample. At least one tick, empty if need be: it says that the colony is alive."""
        yield from self._announce(self._added)
        self._added = []
        numbers = list(self._values)
        for start in range(0, max(1, len(numbers)), _VALUES_PER_FRAME):
            ids = numbers[start : start + _VALUES_PER_FRAME]
            values = _dumps([self._values[number] for number in ids])
            yield _Entry("tick", ['"at":', at, ',"ids":%s,"values":%s' % (_dumps(ids), values)], samples=len(ids))

    def all(self) -> Iterator[_Entry]:
        return self._announce(range(len(self._definitions)))

    def refuse(self, numbers: Iterable[int]) -> None:
        """The dashboard does not take these: a tick that named them would be refused whole."""
        self._refused.update(numbers)

    def forget(self) -> None:
        """For a new run while no tick waits: series of the newest sample are announced again as they come."""
        self._numbers.clear()
        self._definitions.clear()
        self._refused.clear()
        self.begin()

    def _announce(self, numbers: Iterable[int]) -> Iterator[_Entry]:
        batch: List[int] = []
        size = 0
        for number in numbers:
            size += len(self._definitions[number]) + 1
            batch.append(number)
            if size > _FRAME_BYTES:
                yield self._series(batch)
                batch, size = [], 0
        if batch:
            yield self._series(batch)

    def _series(self, batch: List[int]) -> _Entry:
        entry = _Entry("series", ['"series":[%s]' % ",".join(self._definitions[number] for number in batch)])
        entry.ids = batch
        return entry


_PARTS = ("workers", "tasks", "streams", "checks")


class _StateBook:
    """Workers, tasks and streams as the dashboard knows them: what changed since, or all of it."""

    def __init__(self) -> None:
        self._known: Dict[str, Dict[str, str]] = {}
        self._scalars: Dict[str, str] = {}

    def frames(self, state: Mapping[str, Any], at: int, whole: bool) -> Iterator[_Entry]:
        """``state``: lists of things with an id by part, ``health`` and ``queued``. A part that is missing is not known."""
        changes: List[Tuple[str, str, str]] = []
        for part in _PARTS:
            if part not in state:
                continue
            now = {each["id"]: _dumps(each) for each in state[part]}
            before = self._known.get(part, {})
            changes.extend((part, "set", text) for key, text in now.items() if before.get(key) != text)
            changes.extend((part, "remove", _dumps(key)) for key in before if key not in now)
            self._known[part] = now
        scalars = {key: _dumps(state[key]) for key in ("health", "queued") if key in state}
        changed = {key: text for key, text in scalars.items() if self._scalars.get(key) != text}
        self._scalars.update(scalars)
        if whole:
            yield from self.all(at)
        elif changes or changed:
            yield from self._pack(changes, changed, at, whole=False)

    def all(self, at: int) -> Iterator[_Entry]:
        sets = [(part, "set", text) for part, known in self._known.items() for text in known.values()]
        return self._pack(sets, self._scalars, at, whole=True)

    def _pack(self, changes: List[Tuple[str, str, str]], scalars: Mapping[str, str], at: int, whole: bool) -> Iterator[_Entry]:
        first = True
        waiting = iter(changes)
        while True:
            frame: Dict[str, Dict[str, List[str]]] = {}
            size = 0
            for part, verb, text in waiting:
                frame.setdefault(part, {}).setdefault(verb, []).append(text)
                size += len(text) + 1
                if size > _FRAME_BYTES:
                    break
            if not first and not frame:
                return
            rest = ['"%s":%s' % each for each in scalars.items()] if first else []
            for part in _PARTS:
                patch = ['"%s":[%s]' % (verb, ",".join(texts)) for verb, texts in frame.get(part, {}).items()]
                if first and whole and part in self._known:
                    patch.insert(0, '"replace":true')
                if patch:
                    rest.append('"%s":{%s}' % (part, ",".join(patch)))
            yield _Entry("state", ['"at":', at, "".join("," + each for each in rest)], whole=first and whole)
            first = False


# ---------------------------------------------------------------------------------------------------------------------------------
# Readers: what HiveFrame's objects say


def _copied(values: Any) -> List[Any]:
    """A copy of what another thread may be changing. Copying a list or dictionary is one step of the interpreter; a deque, or a
    subclass with methods of its own, may change on the way, and is tried again."""
    for _ in range(5):
        try:
            return list(values)
        except RuntimeError:
            continue
    return []


def _items(mapping: Any) -> List[Tuple[Any, Any]]:
    for _ in range(5):
        try:
            return list(mapping.items())
        except RuntimeError:
            continue
    return []


class _Reading:
    """One sample under way: numbers go into the book, what is no number into ``state``, what happened into ``events``."""

    def __init__(self, book: _SeriesBook, complaints: _Complaints, prefix: str) -> None:
        self.number = book.add
        self.say = complaints.say
        self.prefix = prefix
        self.state: Dict[str, Any] = {}
        self.events: List[List[Union[str, int]]] = []
        #: Names that an object of the colony has told: the registry does not tell them again under the dashboard's own name.
        self.told: Set[str] = set()

    def part(self, part: str) -> List[Json]:
        return self.state.setdefault(part, [])

    def id(self, value: Any) -> str:
        """A worker's or stream's id: HiveFrame's own recur in every process."""
        return _name(self.prefix + str(value))


class _Totals:
    """Makes totals monotonic: HiveFrame's begin at 0 with every job, and the names of the bees recur."""

    def __init__(self) -> None:
        self._base: Dict[Any, float] = {}
        self._last: Dict[Any, Tuple[Callable[[], Any], float]] = {}

    def rise(self, key: Any, owner: Any, value: float) -> float:
        """The running total. ``owner`` is the object that counts: another one starts at 0, and so does one whose count fell."""
        owned, last = self._last.get(key, (None, 0.0))
        if owned is not None and (owned() is not owner or value < last):
            self._base[key] = self._base.get(key, 0.0) + last
            owned = None
        self._last[key] = (owned or self._reference(owner), value)
        return self._base.get(key, 0.0) + value

    @staticmethod
    def _reference(owner: Any) -> Callable[[], Any]:
        """A bee holds its results, the program's data: it must not live longer for being counted."""
        try:
            return weakref.ref(owner)
        except TypeError:
            return lambda: owner

    def sum(self) -> float:
        return sum(self._base.values()) + sum(last for _, last in self._last.values())


class _ColonyReader:
    """Reads a ``ColonyState``: temperature, dances, pheromones and food sources, which no other system has."""

    #: As HiveFrame's own dashboard lists them, whether or not one is in the air.
    TRAILS = ("throttle", "alarm", "recruit")

    def read(self, colony: Any, reading: _Reading, labels: Labels = ()) -> None:
        temperatures = _copied(getattr(colony, "temperature", {}).values()) if hasattr(colony, "temperature") else []
        if temperatures:
            mean = sum(temperatures) / len(temperatures)
            text = "Mean time of the bees' newest tasks: the colony's load"
            reading.number("colony_temperature", mean, labels=labels, unit="seconds", text=text)
            reading.told.add("colony_temperature")
        self._pheromones(colony, reading, labels)
        sources = getattr(colony, "food_sources", None)
        if sources is not None:
            reading.number("food_sources", len(sources), labels=labels, text="Partitions the colony knows of")
        dances = getattr(getattr(colony, "dance_floor", None), "dances", None)
        if dances:
            newest = [floor[-1].vigor for floor in itertools.islice(reversed(_copied(dances.values())), _VIGOR_PARTITIONS) if floor]
            if newest:
                vigor = sum(newest) / len(newest)
                reading.number("dance_vigor", vigor, labels=labels, text="Mean vigor of the newest dances; above 1 is normal")

    def _pheromones(self, colony: Any, reading: _Reading, labels: Labels) -> None:
        pheromones = getattr(colony, "pheromones", None)
        if pheromones is None:
            return
        levels: Dict[str, List[float]] = {trail: [] for trail in self.TRAILS}
        for pheromone in _copied(pheromones):
            levels.setdefault(str(pheromone.signal_type), []).append(float(pheromone.current_intensity()))
        for trail, found in itertools.islice(levels.items(), 50):
            level = sum(found) / len(found) if found else 0.0
            named = tuple(sorted(labels + (("trail", _name(trail)),)))
            reading.number("pheromone_level", level, labels=named, text="Mean intensity in the air, 0 to 1 where a bee emits it")
        reading.told.add("pheromone_level")


def _role(bee: Any) -> Optional[str]:
    role = getattr(bee, "role", None)
    found = getattr(role, "name", role)
    return _name(str(found).lower()) if found is not None else None


class _HiveReader:
    """Reads a ``HiveFrame``: a colony of bees that is made anew for every job."""

    def __init__(self, hive: Any, labels: Labels) -> None:
        self._hive = hive
        self._labels = labels
        self._reader = _ColonyReader()
        self._completed = _Totals()
        self._by_worker: Dict[str, float] = {}
        self._colony: Any = None
        self._bees: List[Any] = []
        self._progress = (-1, 0.0)
        #: Dances of the last seconds that were told, by who, what and when: one may be made before and hung up after another.
        self._danced: Dict[Tuple[str, str, float], None] = {}
        self._horizon = time.time()
        self._ended: List[List[Union[str, int]]] = []
        self._left_out = 0

    def watch(self, prefix: str) -> None:
        """Called a few times a second: a job that has been followed by another is read to its end before it is gone."""
        colony = getattr(self._hive, "colony", None)
        if colony is not self._colony:
            if self._colony is not None:
                self._collect(prefix)
            self._colony = colony
            self._bees = []
        if colony is not None and not self._bees:
            self._find_bees()

    def read(self, reading: _Reading) -> None:
        self.watch(reading.prefix)
        colony = self._colony
        workers = reading.part("workers")
        tasks = reading.part("tasks")
        reading.number("num_workers", getattr(self._hive, "num_workers", None), text="Bees the next job will have")
        if colony is None:
            # Before the first job there is nothing but the promise.
            reading.state["queued"] = 0
            return
        self._reader.read(colony, reading, self._labels)
        self._collect(reading.prefix)
        sources = len(colony.food_sources)
        danced = len(colony.dance_floor.dances)
        busy = self._is_busy(sources, danced)
        active = 0
        for bee in self._bees[:_MOST_WORKERS]:
            key = reading.id(bee.worker_id)
            source = bee.current_source
            # A bee keeps its last partition when the job is over.
            at_work = busy and source is not None
            worker: Json = {"id": key, "status": "busy" if at_work else "idle", "pid": os.getpid()}
            role = _role(bee)
            if role:
                worker["role"] = role
            labels = (("worker", key),)
            if at_work:
                active += 1
                task = _name("%s: %s" % (bee.worker_id, source.partition_id))
                worker["tasks"] = [task]
                tasks.append({"id": task, "name": "partition", "status": "running", "worker": key})
            workers.append(worker)
            reading.number("tasks_active", int(at_work), labels=labels, text="Partitions the bee is working on")
            load = colony.temperature.get(bee.worker_id) if hasattr(colony.temperature, "get") else None
            reading.number("worker_temperature", load, labels=labels, unit="seconds", text="How long its newest task took")
        self._tell_totals(reading)
        waiting = max(0, sources - danced - active) if busy else 0
        reading.state["queued"] = waiting
        text = "Partitions nobody has danced about yet; about right, for several bees may take the same"
        reading.number("tasks_queued", waiting, text=text)
        reading.told.update(("tasks_queued", "tasks_completed"))
        reading.number("tasks_running", active, text="Bees on a partition")

    def events(self) -> List[List[Union[str, int]]]:
        ended, self._ended = self._ended, []
        return ended

    def take_left_out(self) -> int:
        left, self._left_out = self._left_out, 0
        return left

    def _tell_totals(self, reading: _Reading) -> None:
        for worker, total in self._by_worker.items():
            text = "Partitions the bee has danced about, over all jobs"
            reading.number("tasks_completed", total, "counter", (("worker", worker),), text=text)
        text = "Dances ever, over all jobs; a dance of quality 0 too"
        reading.number("waggle_dances_total", self._completed.sum(), "counter", self._labels, text=text)
        reading.told.add("waggle_dances_total")

    def _is_busy(self, sources: int, danced: int) -> bool:
        """Nothing says whether a job is under way: it is while some partition was never danced about and something still happens."""
        done = self._completed.sum()
        now = time.monotonic()
        if self._progress[0] != done:
            self._progress = (int(done), now)
        return danced < sources and now - self._progress[1] < _JOB_QUIET

    def _collect(self, prefix: str) -> None:
        """Counts what the bees of this job have done so far, and takes their dances as ends of tasks."""
        for bee in self._bees:
            worker = _name(prefix + str(bee.worker_id))
            self._by_worker[worker] = self._completed.rise(worker, bee, len(bee.results))
        self._take_dances(prefix)

    def _find_bees(self) -> None:
        """Bees are made after their colony, and replaced after it: those of another are not of this job."""
        bees = _copied(getattr(self._hive, "bees", None) or [])
        self._bees = [bee for bee in bees if getattr(bee, "colony", None) is self._colony]

    def _take_dances(self, prefix: str) -> None:
        floors = getattr(getattr(self._colony, "dance_floor", None), "dances", None)
        if not floors or len(floors) > _MOST_PARTITIONS:
            return
        newest = self._horizon
        # What is older than this has been told; dances are hung up within milliseconds.
        oldest = self._horizon - 5.0
        for floor in _copied(floors.values()):
            if not floor or floor[-1].timestamp <= oldest:
                continue
            for dance in reversed(_copied(floor)):
                at = dance.timestamp
                if at <= oldest:
                    break
                key = (dance.worker_id, dance.partition_id, at)
                if key in self._danced:
                    continue
                self._danced[key] = None
                newest = max(newest, at)
                if len(self._ended) >= _MOST_ENDS:
                    self._left_out += 1
                else:
                    self._ended.append(self._end(dance, prefix))
        self._horizon = newest
        self._danced = {key: None for key in self._danced if key[2] > newest - 5.0}

    @staticmethod
    def _end(dance: Any, prefix: str) -> List[Union[str, int]]:
        """A dance as the end of a task. A task that failed dances too, with quality 0, but so does one whose honest result is None."""
        ended = int(dance.timestamp * 1000)
        took = max(0, int(float(dance.processing_time) * 1000))
        worker = _name(prefix + str(dance.worker_id))
        head = {
            "type": "taskEnd",
            "id": _name("%s: %s" % (dance.worker_id, dance.partition_id)),
            "name": "partition",
            "status": "completed",
            "worker": worker,
        }
        return [_dumps(head)[:-1] + ',"startedAt":', max(0, ended - took), ',"endedAt":', ended, "}"]


class _StreamReader:
    """Reads a ``HiveStream``: bees on threads of their own around one buffer."""

    def __init__(self, stream: Any, name: str, labels: Labels) -> None:
        self._stream = stream
        self._name = name
        self._labels = labels
        self._reader = _ColonyReader()
        self._processed = _Totals()
        self._errors = _Totals()
        self._last: Dict[str, float] = {}

    def watch(self, _prefix: str) -> None:
        """Its colony stays."""

    def read(self, reading: _Reading) -> None:
        stream = self._stream
        name = reading.id(self._name)
        labels = (("stream", name),)
        self._reader.read(stream.colony, reading, self._labels)
        workers = reading.part("workers")
        failed = 0
        bees = _copied(stream.workers)
        for bee in bees[:_MOST_WORKERS]:
            failed += self._bee(bee, reading, workers)
        running = bool(stream.running)
        status = "failed" if bees and running and failed == len(bees) else "running" if running else "stopped"
        state: Json = {"id": name, "name": name, "status": status}
        if 0 < failed:
            state["message"] = "%d of %d bees have died" % (failed, len(bees))
        reading.part("streams").append(state)
        number = reading.number
        number("stream_records_total", self._processed.sum(), "counter", labels, text="Records processed")
        number("stream_errors_total", self._errors.sum(), "counter", labels, text="Records that failed")
        buffer = getattr(stream, "buffer", None)
        size = getattr(buffer, "max_size", 0)
        if size:
            number("stream_buffer_percent", 100.0 * len(buffer.buffer) / size, labels=labels, unit="percent", text="Buffer in use")
        health = getattr(getattr(stream, "partitioner", None), "partition_health", {})
        for partition, value in itertools.islice(_items(health), 1_000):
            named = (("partition", _name(partition)), ("stream", name))
            number("partition_health", value, labels=named, text="1: the partition keeps up")
        number("waggle_dances_total", self._processed.sum(), "counter", self._labels, text="Dances ever: one a record")
        reading.told.update(("waggle_dances_total", "stream_records_total", "tasks_completed", "tasks_failed"))

    def _bee(self, bee: Any, reading: _Reading, workers: List[Json]) -> int:
        """Returns 1 where the bee has died."""
        key = reading.id(bee.worker_id)
        labels = (("worker", key),)
        processed = self._processed.rise(key, bee, bee.processed_count)
        errors = self._errors.rise(key, bee, bee.error_count)
        worked = processed + errors > self._last.get(key, 0.0)
        self._last[key] = processed + errors
        thread = getattr(bee, "_thread", None)
        dead = bool(bee.running) and thread is not None and not thread.is_alive()
        status = "failed" if dead else "stopped" if not bee.running else "busy" if worked else "idle"
        worker: Json = {"id": key, "status": status, "pid": os.getpid()}
        role = _role(bee)
        if role:
            worker["role"] = role
        if dead:
            worker["message"] = "its thread has ended"
        workers.append(worker)
        reading.number("tasks_completed", processed, "counter", labels, text="Records the bee has processed")
        reading.number("tasks_failed", errors, "counter", labels, text="Records that failed on the bee")
        load = self._stream.colony.temperature.get(bee.worker_id)
        reading.number("worker_temperature", load, labels=labels, unit="seconds", text="How long its newest record took")
        return int(dead)


class _ProcessorReader:
    """Reads an ``EnhancedStreamProcessor``: windows, watermark, checkpoints. It has no bees; records are counted in its registry."""

    def __init__(self, processor: Any, name: str) -> None:
        self._processor = processor
        self._name = name
        self._totals = _Totals()

    def watch(self, _prefix: str) -> None:
        """Its colony stays."""

    def read(self, reading: _Reading) -> None:
        processor = self._processor
        name = reading.id(self._name)
        labels = (("stream", name),)
        state: Json = {"id": name, "name": name, "status": "running"}
        windows: Json = {"open": len(processor._window_state)}
        number = reading.number
        number("stream_windows_open", windows["open"], labels=labels, text="Windows that wait for more records")
        # The counters come into being with the first record.
        if getattr(processor, "_metrics_initialized", False):
            for attribute, metric, window in (
                ("_records_processed", "stream_records_total", None),
                ("_late_records", "stream_late_records_total", "late"),
                ("_windows_triggered", "stream_windows_fired_total", "fired"),
            ):
                counter = getattr(processor, attribute, None)
                total = self._totals.rise(metric, counter, sum(value for _, value in _items(getattr(counter, "_values", {}))))
                number(metric, total, "counter", labels)
                if window:
                    windows[window] = int(total)
            reading.told.add("stream_records_total")
        state["windows"] = windows
        watermark = _ms(getattr(processor._current_watermark, "timestamp", 0))
        if watermark is not None:
            state["watermark"] = watermark
            number("stream_lag_seconds", (_now_ms() - watermark) / 1000, labels=labels, text="How far the watermark is behind the clock")
            reading.told.add("stream_lag_seconds")
        late = getattr(processor, "_late_data", None)
        if late is not None:
            number("stream_late_buffer", len(late), labels=labels, text="Late records set aside")
        backend = getattr(processor, "_state_backend", None)
        checkpoint = backend.get_latest_checkpoint() if backend is not None else None
        if checkpoint is not None:
            state["checkpoint"] = {"id": _name(checkpoint.checkpoint_id), "status": "completed"}
            ended = _ms(checkpoint.timestamp)
            if ended is not None:
                state["checkpoint"]["endedAt"] = ended
        reading.part("streams").append(state)


class _MonitorReader:
    """Reads a ``ColonyHealthMonitor``: the colony's own judgement, taken as it is."""

    def __init__(self, monitor: Any) -> None:
        self._monitor = monitor

    def watch(self, _prefix: str) -> None:
        """Nothing changes between samples."""

    def read(self, reading: _Reading) -> None:
        history = _copied(getattr(self._monitor, "_history", ()))
        if not history:
            return
        report = history[-1]
        if report.overall_status in ("healthy", "degraded", "unhealthy"):
            health = {"status": report.overall_status}
            if report.alerts:
                health["reason"] = _cut("; ".join(str(alert) for alert in report.alerts[:5]), 2_000)
            reading.state["health"] = health


class _Also(NamedTuple):
    """One of HiveFrame's counters or gauges under the name that a page of the dashboard looks for."""

    to: str
    kind: str = "counter"
    #: Labels under another name; None: left out, and samples that differ in it alone are added up.
    renamed: Mapping[str, Optional[str]] = {}
    #: Only samples with these labels.
    where: Mapping[str, str] = {}


#: The same as the ``bridge`` command makes of a scrape (colony-bridge/sources/hiveframe/mapping.ts of the dashboard).
_ALSO: Mapping[str, Sequence[_Also]] = {
    "tasks_total": (
        _Also("tasks_completed", renamed={"status": None}, where={"status": "completed"}),
        _Also("tasks_failed", renamed={"status": None}, where={"status": "failed"}),
    ),
    "queue_depth": (_Also("tasks_queued", "gauge", {"queue": None}, {"queue": "tasks"}),),
    "waggle_dance_count": (_Also("waggle_dances_total"),),
    "pheromone_level": (_Also("pheromone_level", "gauge", {"type": "trail"}),),
    "colony_temperature": (_Also("colony_temperature", "gauge"),),
    "stream_lag_seconds": (_Also("stream_lag_seconds", "gauge"),),
    "stream_records_total": (_Also("stream_records_total"),),
}
#: Histograms whose quantiles, over all their labels, have a name of their own there.
_LATENCIES = {"task_duration_seconds": "latency", "stream_processing_latency": "stream_latency"}
_QUANTILES = ((0.5, "_p50"), (0.95, "_p95"), (0.99, "_p99"))


def _cumulative(counts: Sequence[float], total: float) -> List[float]:
    """A histogram's counts as each at or below its bound.

    HiveFrame keeps them so, and its text adds them up once more (``+Inf`` 3550 where ``_count`` says 445); another version may keep
    one bucket's own. What ends nearest to the count is what they are.
    """
    summed = list(itertools.accumulate(counts))
    apart = [count - before for count, before in zip(counts, [0, *counts])]
    return min((list(counts), apart, summed), key=lambda each: abs((each[-1] if each else 0) - total))


def _quantile(share: float, bounds: Sequence[float], counts: Sequence[float]) -> Optional[float]:
    """By linear interpolation within the bucket, as Prometheus has it. None where nothing was counted."""
    total = counts[-1] if counts else 0
    if total <= 0:
        return None
    rank = share * total
    below, floor = 0.0, 0.0
    for bound, count in zip(bounds, counts):
        if count >= rank:
            if math.isinf(bound):
                return floor or None
            return floor + (bound - floor) * (rank - below) / (count - below) if count > below else bound
        below, floor = count, bound
    return floor


class _RegistryReader:
    """Reads a ``MetricsRegistry``: names and labels stay as they are, histograms are repaired and given quantiles too."""

    def __init__(self, registry: Any) -> None:
        self._registry = registry
        self._before: Dict[Tuple[str, Labels], List[float]] = {}

    def watch(self, _prefix: str) -> None:
        """Nothing changes between samples."""

    def read(self, reading: _Reading) -> None:
        for name, metric in _items(getattr(self._registry, "_metrics", {})):
            try:
                kind = metric.metric_type.name
                if kind in ("COUNTER", "GAUGE"):
                    self._values(name, metric, kind.lower(), reading)
                elif kind == "HISTOGRAM":
                    self._histogram(name, metric, reading)
                elif kind == "SUMMARY":
                    self._summary(name, metric, reading)
            except Exception as error:
                reading.say("the metric %s could not be read: %s: %s" % (str(name)[:100], type(error).__name__, error))

    @staticmethod
    def _labels(key: Any) -> Labels:
        return tuple(sorted((str(label), _cut(value, _NAME_CHARS)) for label, value in _items(key.labels)))

    def _values(self, name: str, metric: Any, kind: str, reading: _Reading) -> None:
        text = metric.help_text
        also = [each for each in _ALSO.get(self._bare(name), ()) if each.to not in reading.told and each.to != name]
        sums: Dict[Tuple[str, str, Labels], float] = {}
        for key, value in _items(metric._values):
            labels = self._labels(key)
            reading.number(name, value, kind, labels, text=text)
            for each in also:
                if isinstance(value, (int, float)) and all(key.labels.get(label) == wanted for label, wanted in each.where.items()):
                    renamed = ((each.renamed.get(label, label), given) for label, given in labels)
                    kept = tuple(sorted((label, given) for label, given in renamed if label is not None))
                    at = (each.to, each.kind, kept)
                    sums[at] = sums.get(at, 0.0) + value
        for (to, as_kind, kept), total in sums.items():
            reading.number(to, total, as_kind, kept, text=text)

    def _bare(self, name: str) -> str:
        return name[len(self._prefix) :] if name.startswith(self._prefix) else name

    @property
    def _prefix(self) -> str:
        return "%s_" % getattr(self._registry, "prefix", "hiveframe")

    def _histogram(self, name: str, metric: Any, reading: _Reading) -> None:
        bounds = [float(bound) for bound in metric.buckets]
        text = metric.help_text
        found = _UNIT.search(name)
        unit = found.group(1) if found else None
        overall = [0.0] * len(bounds)
        for key, count in _items(metric._counts):
            labels = self._labels(key)
            counts = _cumulative(_copied(metric._bucket_counts.get(key, ())), count)
            for bound, each in zip(bounds, counts):
                le = "+Inf" if math.isinf(bound) else "%g" % bound
                reading.number(name + "_bucket", each, "bucket", tuple(sorted(labels + (("le", le),))), text=text)
            reading.number(name + "_sum", metric._sums.get(key), "counter", labels, unit, text)
            reading.number(name + "_count", count, "counter", labels, "", text)
            # Of what was observed since the sample before; of all there is where that is nothing.
            before = self._before.get((name, labels))
            self._before[(name, labels)] = counts
            recent = [now - then for now, then in zip(counts, before)] if before and len(before) == len(counts) else counts
            if not recent or recent[-1] <= 0:
                recent = counts
            overall = [sum(pair) for pair in zip(overall, recent)]
            for share, suffix in _QUANTILES:
                reading.number(name + suffix, _quantile(share, bounds, recent), "gauge", labels, unit, text)
        to = _LATENCIES.get(self._bare(name))
        if to:
            for share, suffix in _QUANTILES:
                reading.number(to + suffix, _quantile(share, bounds, overall), "gauge", (), "seconds", text)

    def _summary(self, name: str, metric: Any, reading: _Reading) -> None:
        text = metric.help_text
        cutoff = time.time() - getattr(metric, "max_age", 60.0)
        for key, count in _items(metric._counts):
            labels = self._labels(key)
            values = sorted(value for at, value in _copied(metric._observations.get(key, ())) if at >= cutoff)
            for share in metric.quantiles if values else ():
                named = tuple(sorted(labels + (("quantile", "%g" % share),)))
                reading.number(name, values[min(int(share * len(values)), len(values) - 1)], labels=named, text=text)
            reading.number(name + "_sum", metric._sums.get(key), "counter", labels, text=text)
            reading.number(name + "_count", count, "counter", labels, "", text)


class _ProcessReader:
    """The process itself: a bee is a thread, and has no CPU or memory of its own to show."""

    def __init__(self) -> None:
        self._before = (time.monotonic(), time.process_time())
        try:
            self._page = os.sysconf("SC_PAGE_SIZE")
            self._memory = self._page * os.sysconf("SC_PHYS_PAGES")
        except (AttributeError, OSError, ValueError):
            self._page = self._memory = 0

    def watch(self, _prefix: str) -> None:
        """Nothing changes between samples."""

    def read(self, reading: _Reading) -> None:
        wall, cpu = time.monotonic(), time.process_time()
        passed = wall - self._before[0]
        if passed > 0:
            percent = round(100 * (cpu - self._before[1]) / passed, 1)
            text = "CPU time of the process with all its threads; 100 is one core"
            reading.number("cpu_percent", percent, unit="percent", text=text)
        self._before = (wall, cpu)
        resident = self._resident()
        if resident:
            text = "Memory of the colony's process; its bees are threads and have none of their own"
            reading.number("memory_mb", round(resident / 1e6, 1), unit="megabytes", text=text)
            if self._memory:
                text = "Memory of the process, of what the machine has"
                reading.number("memory_percent", round(100 * resident / self._memory, 2), unit="percent", text=text)

    def _resident(self) -> Optional[int]:
        try:
            with open("/proc/self/statm", "rb") as file:
                return int(file.read().split()[1]) * self._page
        except (OSError, IndexError, ValueError):
            return None


class _LogTap:
    """Takes log records of HiveFrame's ``Logger`` and of ``logging``. The program's thread does no more than put one in a queue."""

    def __init__(self) -> None:
        self._waiting: Deque[Tuple[Any, ...]] = deque()
        self._dropped = itertools.count()
        self._drawn = 0
        self._loggers: List[Tuple[Any, Any]] = []
        self.urgent = False

    def handle(self, record: Any) -> None:
        """HiveFrame's handler interface."""
        try:
            self._keep((record.timestamp, record.level.name, record.logger_name, record.message, record.extra, record.exception))
        except Exception:  # A record unlike HiveFrame's own is not worth more than silence here.
            pass

    def _keep(self, line: Tuple[Any, ...]) -> None:
        if len(self._waiting) >= _MOST_LOGS:
            next(self._dropped)
            return
        self._waiting.append(line)
        if line[1] in ("ERROR", "CRITICAL"):
            self.urgent = True

    def listen(self, logger: Any) -> None:
        if isinstance(logger, logging.Logger):
            handler = _StandardHandler(self._keep)
            logger.addHandler(handler)
            self._loggers.append((logger, handler))
        elif isinstance(getattr(logger, "handlers", None), list):
            # The list is shared with the loggers that ``with_context`` has made of this one.
            logger.handlers.append(self)
            self._loggers.append((logger, self))
        else:
            raise TypeError("logger is %r; HiveFrame's Logger or one of the logging module is needed" % type(logger).__name__)

    def leave(self) -> None:
        for logger, handler in self._loggers:
            try:
                if isinstance(logger, logging.Logger):
                    logger.removeHandler(handler)
                else:
                    logger.handlers.remove(handler)
            except ValueError:
                pass
        self._loggers = []

    def take(self) -> List[List[Union[str, int]]]:
        """Lines since the last time, as events."""
        self.urgent = False
        lines: List[List[Union[str, int]]] = []
        while self._waiting and len(lines) < _MOST_LOGS:
            lines.append(_log_event(*self._waiting.popleft()))
        # Drawing from a count is one step, which adding to a number is not. This draw is no drop.
        drawn = next(self._dropped)
        dropped, self._drawn = drawn - self._drawn, drawn + 1
        if dropped > 0:
            words = "%d log lines were left out: more than %d waited" % (dropped, _MOST_LOGS)
            lines.append(_log_event(time.time(), "WARNING", "bridge", words, None, None))
        return lines


class _StandardHandler(logging.Handler):
    """A handler of ``logging`` without the lock that every handler has: the queue needs none."""

    def __init__(self, keep: Callable[[Tuple[Any, ...]], None]) -> None:
        super().__init__()
        self._keep = keep

    def createLock(self) -> None:
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        # What the bridge complains of is no line of the colony.
        if record.name != _log.name:
            self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        try:
            trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else None
            self._keep((record.created, record.levelname, record.name, record.getMessage(), None, trace))
        except Exception:
            pass


def _log_event(at: Any, level: str, source: Any, message: Any, extra: Any, exception: Any) -> List[Union[str, int]]:
    text = _text_of(message)
    if extra:
        text += " | " + " ".join("%s=%s" % (key, _text_of(value)) for key, value in _items(extra))
    if exception:
        text += "\n" + _text_of(exception)
    line = {
        "type": "log",
        "level": level if level in _LEVELS else "INFO",
        "source": _name(source),
        "message": _cut(text, _TEXT_CHARS),
    }
    return [_dumps(line)[:-1] + ',"at":', _ms(at) or _now_ms(), "}"]


def _text_of(value: Any) -> str:
    try:
        return value if isinstance(value, str) else str(value)
    except Exception as error:
        return "<%s: %s>" % (type(value).__name__, type(error).__name__)


def _event_frames(events: List[List[Union[str, int]]]) -> Iterator[_Entry]:
    parts: List[Union[str, int]] = ['"events":[']
    count = size = 0
    for event in events:
        if count:
            parts.append(",")
        parts.extend(event)
        count += 1
        size += sum(len(part) for part in event if isinstance(part, str))
        if size > _FRAME_BYTES or count >= _EVENTS_PER_FRAME:
            parts.append("]")
            yield _Entry("events", parts, events=count)
            parts, count, size = ['"events":['], 0, 0
    if count:
        parts.append("]")
        yield _Entry("events", parts, events=count)


def _reader_of(thing: Any, name: str, several: bool) -> Any:
    """What an object of HiveFrame is, by its attributes: a program's subclass or stand-in is as good.

    ``several``: it is one of some, so what is said of the colony as a whole is said with its name.
    """
    labels: Labels = (("colony", name),) if several else ()
    if _is_hive(thing):
        return _HiveReader(thing, labels)
    if hasattr(thing, "workers") and hasattr(thing, "buffer") and hasattr(thing, "colony"):
        return _StreamReader(thing, name, labels)
    if hasattr(thing, "_window_state") and hasattr(thing, "_current_watermark"):
        return _ProcessorReader(thing, name)
    raise TypeError(
        "cannot attach to a %s: a HiveFrame, a HiveStream or an EnhancedStreamProcessor is needed" % type(thing).__name__
    )


def _is_hive(thing: Any) -> bool:
    return hasattr(thing, "bees") and hasattr(thing, "colony")


# ---------------------------------------------------------------------------------------------------------------------------------
# The wire


class _Answer(NamedTuple):
    status: int
    kind: str
    text: str


class _Http:
    """POST requests over one connection that is kept open. Proxies are those of the environment, as everywhere in Python."""

    def __init__(self, url: str, token: Optional[str], context: Optional[ssl.SSLContext]) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._context = context
        self._headers = {"Content-Type": "application/x-ndjson", "User-Agent": "hiveframe-bridge-python"}
        if token is not None:
            self._headers["Authorization"] = "Bearer " + token
        self._connection: Optional[http.client.HTTPConnection] = None
        self._target = self._url.path
        self._aborted = False

    def post(self, body: str, timeout: float, query: str = "") -> _Answer:
        """Raises OSError or HTTPException where there is no answer."""
        data = body.encode("utf-8")
        for attempt in (1, 2):
            if self._aborted:
                raise ConnectionAbortedError("the bridge has ended")
            fresh = self._connection is None
            connection = self._connection or self._connect(timeout)
            self._connection = connection
            try:
                if connection.sock is not None:
                    connection.sock.settimeout(timeout)
                connection.request("POST", self._target + query, data, self._headers)
                answer = connection.getresponse()
                text = answer.read(4_000_000).decode("utf-8", "replace")
                if answer.will_close or answer.length:
                    self.close()
                return _Answer(answer.status, answer.getheader("Content-Type") or "", text)
            except (http.client.RemoteDisconnected, ConnectionError):
                # A server may close a connection that nobody used for a while; frames sent twice count once.
                self.close()
                if fresh or attempt == 2:
                    raise
            except BaseException:
                self.close()
                raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def abort(self) -> None:
        """From another thread: whoever waits for an answer stops waiting."""
        self._aborted = True
        connection = self._connection
        sock = connection.sock if connection is not None else None
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        scheme, host = self._url.scheme, self._url.hostname or ""
        port = self._url.port or (443 if scheme == "https" else 80)
        proxy = None if urllib.request.proxy_bypass("%s:%d" % (host, port)) else urllib.request.getproxies().get(scheme)
        self._target = self._url.path
        if proxy:
            through = urllib.parse.urlsplit(proxy if "//" in proxy else "http://" + proxy)
            at, door = through.hostname or "", through.port or 80
            pair = "%s:%s" % (urllib.parse.unquote(through.username or ""), urllib.parse.unquote(through.password or ""))
            proof = {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()} if through.username else {}
            if scheme == "https":
                secure = http.client.HTTPSConnection(at, door, timeout=timeout, context=self._context)
                secure.set_tunnel(host, port, proof)
                return secure
            self._target = self._url.geturl()
            self._headers.update(proof)
            return http.client.HTTPConnection(at, door, timeout=timeout)
        if scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=self._context)
        return http.client.HTTPConnection(host, port, timeout=timeout)


class _Backoff:
    """Exponential with full jitter: a thousand bridges do not come back at once."""

    def __init__(self) -> None:
        self._attempt = 0

    def next(self) -> float:
        bound = min(_BACKOFF_MOST, _BACKOFF_FIRST * 2 ** min(self._attempt, 16))
        self._attempt += 1
        return random.random() * bound

    def reset(self) -> None:
        self._attempt = 0


class _Clock:
    """How far this machine's clock is ahead of the dashboard's, by the quickest of the newest exchanges, as NTP has it."""

    def __init__(self) -> None:
        self._measured: Deque[Tuple[float, float]] = deque(maxlen=8)
        #: What instants are corrected by, ms; None: nothing worth it was measured.
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
        # A second is what the dashboard shows; less is the network's noise. It changes seldom, for each change is written down.
        if abs(skew) < 1_000:
            self.skew = None if self.skew is None else 0
        elif self.skew is None or abs(skew - self.skew) > 500:
            self.skew = int(round(skew, -2))


def _frames_of(text: str) -> List[Json]:
    """The frames of an answer. A line that is none is passed over: a newer dashboard may say more than this bridge knows."""
    frames = []
    for line in text.split("\n"):
        try:
            frame = json.loads(line) if line else None
        except ValueError:
            continue
        if isinstance(frame, dict) and isinstance(frame.get("type"), str):
            frames.append(frame)
    return frames


def _problem_of(answer: _Answer) -> Tuple[str, str]:
    """Kind and sentence of an answer that is a refusal."""
    try:
        problem = json.loads(answer.text)
        return str(problem.get("kind", "")), _cut(problem.get("detail", ""), 500)
    except (ValueError, AttributeError):
        return "", ""


# ---------------------------------------------------------------------------------------------------------------------------------
# The bridge


class Bridge:
    """What :func:`attach` returns: ``stop()``, or a ``with`` block, ends it; ``stats`` says how it is."""

    def __init__(
        self,
        readers: List[Any],
        taps: _LogTap,
        http_of: Callable[[], _Http],
        hello: Json,
        interval: float,
        most_bytes: int,
        prefix: str,
        labels: Labels,
        restart: Optional[Restart],
        scale: Optional[Scale],
    ) -> None:
        self._readers = readers
        self._tap = taps
        self._http_of = http_of
        self._http = http_of()
        self._listening: Optional[_Http] = None
        self._hello = hello
        self._interval = interval
        self._prefix = prefix
        self._restart = restart
        self._scale = scale
        self._complaints = _Complaints()
        self._book = _SeriesBook(self._complaints, labels)
        self._state_book = _StateBook()
        self._outbox = _Outbox(most_bytes)
        self._clock = _Clock()
        #: Guards the outbox and the books. Nobody holds it while on the network, and no thread of the colony's ever takes it.
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._sampling = threading.Lock()
        self._stopping = threading.Event()
        self._over = threading.Event()
        self._state = "connecting"
        self._epoch = _now_ms()
        self._greeted = False
        self._sampled = False
        self._must_replace = False
        self._urgent = False
        self._viewers: Optional[int] = None
        self._pushed_at = 0.0
        self._refused = 0
        self._reconnects = 0
        self._pid = os.getpid()
        self._commands: "queue.Queue[Json]" = queue.Queue(maxsize=2_000)
        self._begun: Dict[str, None] = {}
        self._unanswered: Set[str] = set()
        self._threads = [self._thread("sample", self._sample_loop), self._thread("push", self._push_loop)]
        self._threads.append(self._thread("listen", self._listen_loop))
        if restart or scale:
            self._threads.append(self._thread("command", self._command_loop))

    # -- for the program

    @property
    def stats(self) -> Json:
        """How the bridge is, for a log or a health check."""
        with self._lock:
            outbox = self._outbox
            return {
                "state": self._state,
                "connected": self._state == "live",
                "epoch": self._epoch,
                "seq": outbox.seq,
                "acked": outbox.acked,
                "buffered": {"frames": len(outbox.entries), "bytes": outbox.bytes},
                "series": len(self._book),
                "gaps": dict(outbox.gaps),
                "refused": self._refused,
                "complaints": self._complaints.count,
                "reconnects": self._reconnects,
                "viewers": self._viewers,
                "skew_ms": self._clock.skew or 0,
            }

    def stop(self, timeout: float = 5.0) -> None:
        """Takes a last sample, waits so long at most (seconds) until the dashboard has everything, and leaves no thread. Never raises."""
        if self._pid != os.getpid():
            return
        atexit.unregister(self._at_exit)
        deadline = time.monotonic() + timeout
        self._tap.leave()
        first = not self._stopping.is_set()
        self._stopping.set()
        if first and self._state != "superseded":
            # The last sample is the last: none comes behind it that nobody waits for.
            self._threads[0].join(max(0.0, deadline - time.monotonic()))
            self._settle_commands(deadline)
            self._sample()
            self._flush(deadline)
        self._over.set()
        with self._wake:
            if self._state != "superseded":
                self._state = "stopped"
            self._wake.notify_all()
        for connection in (self._http, self._listening):
            if connection is not None:
                connection.abort()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.1, deadline - time.monotonic()))

    def __enter__(self) -> "Bridge":
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    # -- life

    def _start(self) -> None:
        for thread in self._threads:
            thread.start()
        atexit.register(self._at_exit)

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            while not self._over.is_set():
                try:
                    work()
                    return
                except Exception as error:  # A fault of the bridge's own must not end it, and never reaches the program.
                    self._complaints.say("the bridge's %s thread failed: %s: %s" % (name, type(error).__name__, error))
                    self._over.wait(1.0)

        return threading.Thread(target=run, name="hiveframe-bridge-" + name, daemon=True)

    def _at_exit(self) -> None:
        # A dashboard that is away does not hold up the end of the program.
        if self._pid == os.getpid():
            self.stop(2.0 if self._state in ("live", "connecting") else 0.0)

    def _settle_commands(self, deadline: float) -> None:
        while self._unanswered and time.monotonic() < deadline:
            time.sleep(0.02)

    def _flush(self, deadline: float) -> None:
        with self._wake:
            self._urgent = True
            self._wake.notify_all()
            while self._outbox.entries and self._state in ("live", "connecting"):
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                self._wake.wait(left)

    # -- samples

    def _sample_loop(self) -> None:
        due = time.monotonic()
        while not self._stopping.is_set():
            self._sample()
            passed = time.monotonic() - due
            # On a grid; a sample that takes longer than the interval leaves instants out.
            due += self._interval * max(1, math.ceil(passed / self._interval))
            while not self._stopping.is_set():
                left = due - time.monotonic()
                if left <= 0:
                    break
                self._stopping.wait(min(left, _WATCH))
                self._between()

    def _between(self) -> None:
        """A few times a second, between samples."""
        for reader in self._readers:
            try:
                reader.watch(self._prefix)
            except Exception as error:
                self._complain_of(reader, error)
        if self._tap.urgent:
            with self._wake:
                self._put(_event_frames(self._tap.take()))
                self._urgent = True
                self._wake.notify_all()

    def _complain_of(self, reader: Any, error: Exception) -> None:
        kind = type(reader).__name__.strip("_")
        self._complaints.say("%s could not read the colony: %s: %s" % (kind, type(error).__name__, error), kind + type(error).__name__)

    def _sample(self) -> None:
        with self._sampling:
            with self._lock:
                if self._book.crowded and not self._outbox.entries and self._state == "live":
                    self._book.forget()
                    self._renew()
            self._book.begin()
            reading = _Reading(self._book, self._complaints, self._prefix)
            events: List[List[Union[str, int]]] = []
            for reader in self._readers:
                try:
                    reader.read(reading)
                    if isinstance(reader, _HiveReader):
                        events += reader.events()
                        left = reader.take_left_out()
                        if left:
                            words = "%d ends of tasks are not listed: more than %d came in one interval" % (left, _MOST_ENDS)
                            events.append(_log_event(time.time(), "WARNING", "bridge", words, None, None))
                except Exception as error:  # The colony may be anything by now; what could be read counts.
                    self._complain_of(reader, error)
            at = _now_ms()
            with self._wake:
                whole = not self._sampled or self._must_replace or self._outbox.state_lost
                self._sampled, self._must_replace = True, False
                self._put(self._state_book.frames(reading.state, at, whole))
                self._put(self._book.frames(at))
                self._put(_event_frames(events + self._tap.take()))
                self._wake.notify_all()

    def _put(self, entries: Iterable[_Entry]) -> None:
        for entry in entries:
            if not self._outbox.put(entry) and entry.size > _PUSH_BYTES - 2_000:
                self._complaints.say("a %s frame of %d bytes is too large and was left out" % (entry.kind, entry.size))

    def _renew(self) -> None:
        """A new run, in which everything is announced again. The lock is held."""
        self._epoch = max(_now_ms(), self._epoch + 1)
        self._outbox.renew([*self._book.all(), *self._state_book.all(_now_ms())])

    # -- pushes

    def _hello_line(self) -> str:
        """With the lock held. Says how often a push is meant to come: less often while nobody looks."""
        hello = dict(self._hello, epoch=self._epoch, intervalMs=int(self._pace() * 1000), sent=_now_ms())
        if self._clock.skew is not None:
            hello["skewMs"] = self._clock.skew
        return _dumps(hello)

    def _pace(self) -> float:
        """Seconds between pushes."""
        return max(self._interval, _UNWATCHED) if self._viewers == 0 else self._interval

    def _push_loop(self) -> None:
        backoff = _Backoff()
        while True:
            with self._wake:
                while not self._is_due() and not self._over.is_set():
                    self._wake.wait(self._left())
                if self._over.is_set():
                    return
                # The first request is hello alone: a clock that is far off is known before any instant goes out.
                entries = self._outbox.next() if self._greeted else []
                # What is urgent is so until everything before it has gone too.
                self._urgent = self._urgent and (not entries or entries[-1] is not self._outbox.entries[-1])
                skew = self._clock.skew or 0
                epoch = self._epoch
                body = "\n".join([self._hello_line(), *(entry.line(skew) for entry in entries)])
            if self._push(body, entries, epoch):
                backoff.reset()
                continue
            with self._lock:
                self._reconnects += 1
            self._over.wait(backoff.next())

    def _is_due(self) -> bool:
        """Whether there is something to push now: while nobody looks, samples gather."""
        outbox = self._outbox
        if not outbox.entries:
            return False
        return self._urgent or self._state != "live" or outbox.bytes > outbox.target or self._left() <= 0

    def _left(self) -> float:
        """Seconds until what waits is due."""
        if not self._outbox.entries:
            return 1.0
        pause = self._pace() if self._pace() > self._interval else 0.0
        return max(0.0, self._pushed_at + pause * 0.95 - time.monotonic())

    def _push(self, body: str, entries: List[_Entry], epoch: int) -> bool:
        """Returns whether the dashboard has taken it."""
        try:
            answer = self._http.post(body, _ANSWER)
        except (OSError, http.client.HTTPException) as error:
            if not self._over.is_set():
                words = str(error) or type(error).__name__
                self._lose("no answer from the dashboard (%s); frames are kept and it is tried again" % words, "no answer")
            return False
        if answer.status != 200 or "ndjson" not in answer.kind:
            return self._on_refusal(answer, entries)
        frames = _frames_of(answer.text)
        with self._wake:
            self._pushed_at = time.monotonic()
            if epoch == self._epoch:
                self._take_answer(frames, {entry.seq: entry for entry in entries})
            self._wake.notify_all()
        for frame in frames:
            if frame["type"] == "command":
                self._begin(frame)
        return True

    def _take_answer(self, frames: List[Json], pushed: Dict[int, _Entry]) -> None:
        for frame in frames:
            kind = frame["type"]
            if kind == "welcome":
                self._clock.measure(frame.get("clock"), _now_ms())
                if int(frame.get("lastSeq", 0)) < self._outbox.acked:
                    self._complaints.say("the dashboard has lost what it had acknowledged; everything is announced to it again")
                    self._renew()
                    return
                self._state = "live"
                self._greeted = True
                self._outbox.ack(min(int(frame["lastSeq"]), self._outbox.sent))
            elif kind == "ack":
                self._outbox.ack(min(int(frame.get("seq", 0)), self._outbox.sent))
            elif kind == "error":
                self._refused += 1
                entry = pushed.get(frame.get("seq", -1))
                if entry is not None and entry.kind == "series":
                    self._book.refuse(entry.ids)
                if entry is not None and entry.kind == "state":
                    self._must_replace = True
                what, detail = frame.get("kind"), _cut(frame.get("detail", ""), 500)
                self._complaints.say("the dashboard refused a frame (%s): %s" % (what, detail), "refused %s" % what)

    def _on_refusal(self, answer: _Answer, entries: List[_Entry]) -> bool:
        kind, detail = _problem_of(answer)
        if answer.status == 413:
            with self._lock:
                self._outbox.shrink(entries)
        if kind == "superseded":
            self._supersede(detail)
        elif kind == "sequence":
            self._resume()
        elif answer.status in (401, 403):
            self._lose("the dashboard refused the bridge's token (%d): %s" % (answer.status, detail), "token")
        elif answer.status == 200:
            self._lose("what answers is not a dashboard's bridge: check the address", "no dashboard")
        else:
            self._lose("the dashboard refused a push (%d %s): %s; it is tried again" % (answer.status, kind, detail), "refused push")
        return False

    def _lose(self, words: str, topic: str) -> None:
        self._complaints.say(words, topic)
        with self._wake:
            self._state = "waiting"
            # Nobody says what it was told before: somebody may look by now.
            self._viewers = None
            self._wake.notify_all()

    def _resume(self) -> None:
        """The dashboard misses frames before these: it is asked which it has."""
        with self._lock:
            line, epoch = self._hello_line(), self._epoch
        try:
            answer = self._http.post(line, _ANSWER)
        except (OSError, http.client.HTTPException):
            return
        welcome = next((frame for frame in _frames_of(answer.text) if frame["type"] == "welcome"), None)
        if answer.status != 200 or welcome is None:
            return
        with self._wake:
            if epoch == self._epoch and int(welcome["lastSeq"]) < self._outbox.acked:
                self._complaints.say("the dashboard has lost what it had acknowledged; everything is announced to it again")
                self._renew()
            self._wake.notify_all()

    def _supersede(self, detail: str) -> None:
        self._complaints.say("another bridge of this name has taken over, and this one ends: %s" % detail)
        self._tap.leave()
        self._stopping.set()
        self._over.set()
        with self._wake:
            self._state = "superseded"
            self._wake.notify_all()

    # -- commands

    def _listen_loop(self) -> None:
        """A request that waits for what the dashboard has to say: commands, and viewers that come or go."""
        backoff = _Backoff()
        connection = self._listening = self._http_of()
        while not self._over.is_set():
            with self._wake:
                # Whether and how the dashboard can be reached, the pushes find out.
                while self._state != "live" and not self._over.is_set():
                    self._wake.wait(1.0)
                if self._over.is_set():
                    return
                line, epoch = self._hello_line(), self._epoch
                query = "?wait=%ds" % _WAIT
                if self._viewers is not None:
                    query += "&viewers=%d" % self._viewers
                known = list(self._unanswered)[:100]
            if known:
                query += "&known=" + urllib.parse.quote(",".join(known))
            asked = time.monotonic()
            try:
                answer = connection.post(line, _WAIT + 15.0, query)
            except (OSError, http.client.HTTPException):
                self._over.wait(backoff.next())
                continue
            if answer.status != 200:
                # A later run has taken over, where it was not this one's own.
                if _problem_of(answer)[0] == "superseded" and epoch == self._epoch:
                    self._supersede(_problem_of(answer)[1])
                    return
                self._over.wait(backoff.next())
                continue
            backoff.reset()
            frames = _frames_of(answer.text)
            if any(frame["type"] == "welcome" for frame in frames):
                # A dashboard that cannot wait takes it for a push: commands come with the answers to pushes.
                return
            news = [self._hear(frame) for frame in frames]
            if not any(news) and time.monotonic() - asked < 1.0:
                self._over.wait(1.0)

    def _hear(self, frame: Json) -> bool:
        """Returns whether it was news."""
        if frame["type"] == "command":
            return self._begin(frame)
        if frame["type"] != "demand":
            return False
        with self._wake:
            self._viewers = int(frame.get("viewers", 0))
            # Whoever has come to look sees what has waited at once.
            self._urgent = self._urgent or self._viewers > 0
            self._wake.notify_all()
        return True

    def _begin(self, frame: Json) -> bool:
        """Puts a command in the queue, each id once at most in this run."""
        key = frame.get("id")
        if not isinstance(key, str):
            return False
        with self._lock:
            if key in self._begun:
                return False
            self._begun[key] = None
            self._unanswered.add(key)
            if len(self._begun) > 20_000:
                del self._begun[next(iter(self._begun))]
        if not (self._restart or self._scale):
            self._answer(key, False, "this colony takes no commands")
            return True
        try:
            self._commands.put_nowait(frame)
        except queue.Full:
            self._answer(key, False, "too many commands are waiting")
        return True

    def _command_loop(self) -> None:
        while not self._over.is_set():
            try:
                frame = self._commands.get(timeout=0.5)
            except queue.Empty:
                continue
            try:
                words = self._carry_out(frame.get("command") or {})
                self._answer(frame["id"], True, words)
            except BaseException as error:  # The program's own callable: whatever it raises is the command's end, and no more.
                self._answer(frame["id"], False, str(error) or type(error).__name__)

    def _carry_out(self, command: Json) -> Optional[str]:
        action = command.get("action")
        if action == "restart" and self._restart:
            worker = str(command.get("worker", ""))
            return self._restart(worker[len(self._prefix) :] if worker.startswith(self._prefix) else worker)
        if action == "scale" and self._scale:
            return self._scale(int(command.get("workers", 0)))
        raise ValueError("this colony cannot %s" % action)

    def _answer(self, key: str, ok: bool, words: Any) -> None:
        result: Json = {"command": key, "ok": ok}
        if words:
            result["message"] = _cut(words, _TEXT_CHARS)
        with self._wake:
            self._outbox.put(_Entry("result", [_dumps(result)[1:-1]]))
            self._unanswered.discard(key)
            self._urgent = True
            self._wake.notify_all()


# ---------------------------------------------------------------------------------------------------------------------------------
# What a program calls


def attach(
    hive: Any = None,
    *,
    to: str,
    cluster: Optional[str] = None,
    token: Optional[str] = None,
    name: Optional[str] = None,
    interval: float = 5.0,
    restart: Optional[Restart] = None,
    scale: Optional[Scale] = None,
    registry: Any = None,
    logger: Any = None,
    stream: Any = None,
    health: Any = None,
    colony: Optional[str] = None,
    prefix: str = "",
    labels: Optional[Mapping[str, str]] = None,
    buffer_bytes: int = 8_000_000,
    ssl_context: Optional[ssl.SSLContext] = None,
) -> Bridge:
    """Shows a colony on a dashboard until ``stop()`` is called on what it returns.

    Args:
        hive: A ``HiveFrame``, ``HiveStream`` or ``EnhancedStreamProcessor``, running or about to; None where ``stream`` or
            ``registry`` say it all.
        to: The dashboard's address, ``https://dashboard.example.com``; a path is kept.
        cluster: Its cluster; the dashboard's default one where it is left out.
        token: What the dashboard has as ``BRIDGE_TOKEN``, or a token made for this bridge.
        name: The bridge's name: the same after a restart, its own within the cluster. Default: the program's name and the host's.
        interval: Seconds between samples, 0.1 to 3600.
        restart: Called with a worker's id when somebody restarts it on the dashboard; what it returns is shown there, what it raises
            too. Each command is carried out once at most, on a thread of the bridge's own. See :func:`restart_bee`.
        scale: The same with the number of workers wanted. See :func:`scale_hive`.
        registry: A ``MetricsRegistry``. Default: that of the stream processor, else HiveFrame's own where the program has loaded it.
        logger: HiveFrame's ``Logger``, one of ``logging``, or several: their lines are shown.
        stream: More streams beside ``hive``: one, several, or a dictionary with their names.
        health: A ``ColonyHealthMonitor``: its judgement is the dashboard's. Default: the dashboard judges by what it sees.
        colony: The colony's name for people. Default: the cluster's.
        prefix: Goes before ids of workers and streams: HiveFrame names its bees alike in every process, so several processes of one
            cluster need one each, such as ``"node-7/"``.
        labels: Every metric has these too. Default: ``{"instance": "node-7"}`` where the prefix is that.
        buffer_bytes: Memory for what waits while the dashboard is away. Past it the oldest makes room, and the dashboard shows the gap.
        ssl_context: For certificates of your own.

    Raises:
        ValueError, TypeError: An argument cannot be right. A dashboard that is away is no error, now or later: the bridge waits for it.
    """
    address = _address(to, cluster)
    if token is not None and not re.match(r"^[\x21-\x7e]+$", token):
        raise ValueError("invalid token: it must be visible ASCII characters without spaces; look for a stray newline")
    if not isinstance(interval, (int, float)) or not 0.1 <= interval <= 3600:
        raise ValueError("invalid interval %r; write seconds from 0.1 to 3600" % (interval,))
    if not isinstance(buffer_bytes, int) or buffer_bytes < 100_000:
        raise ValueError("invalid buffer_bytes %r; at least 100000" % (buffer_bytes,))
    for what, given in (("restart", restart), ("scale", scale)):
        if given is not None and not callable(given):
            raise TypeError("%s is %r; a function is needed" % (what, given))
    readers: List[Any] = []
    things: List[Tuple[str, Any]] = [] if hive is None else [(_kind_name(hive), hive)]
    things += _named_streams(stream)
    taken: Set[str] = set()
    for label, thing in things:
        readers.append(_reader_of(thing, _unique(label, taken), len(things) > 1))
    found = registry if registry is not None else _registry_of(thing for _, thing in things)
    if not readers and found is None:
        raise ValueError("nothing to show: give a HiveFrame, a stream or a registry")
    if health is not None:
        readers.append(_MonitorReader(health))
    readers.append(_ProcessReader())
    if found is not None:
        readers.append(_RegistryReader(found))
    tap = _LogTap()
    loggers = logger if isinstance(logger, (list, tuple)) else [] if logger is None else [logger]
    try:
        for each in loggers:
            tap.listen(each)
    except TypeError:
        tap.leave()
        raise
    if labels is None:
        labels = {"instance": prefix.rstrip("/:.-_ ")} if prefix else {}
    always: Labels = tuple(sorted((str(label), _cut(value, _NAME_CHARS)) for label, value in labels.items()))
    can = [what for what, given in (("restart", restart), ("scale", scale)) if given is not None]
    program = os.path.splitext(os.path.basename(sys.argv[0] if sys.argv else ""))[0] or "python"
    hello = {
        "type": "hello",
        "protocol": PROTOCOL_VERSION,
        "bridge": _name(name or "%s@%s" % (program, socket.gethostname())),
        "colony": _name(colony or cluster or "hiveframe"),
        "can": can,
    }
    context = ssl_context or (ssl.create_default_context() if address.startswith("https:") else None)

    def http_of() -> _Http:
        return _Http(address, token, context)

    bridge = Bridge(readers, tap, http_of, hello, float(interval), buffer_bytes, prefix, always, restart, scale)
    bridge._start()
    return bridge


def restart_bee(stream: Any) -> Restart:
    """For ``restart=``: ends a bee of a ``HiveStream`` and starts it again. Its batch under way is finished first."""

    def restart(worker: str) -> str:
        for bee in _copied(stream.workers):
            if bee.worker_id == worker:
                bee.stop()
                bee.start()
                return "%s has a new thread" % worker
        raise LookupError("there is no bee %s" % worker)

    return restart


def scale_hive(hive: Any) -> Scale:
    """For ``scale=``: a ``HiveFrame`` has this many bees from its next job on."""

    def scale(workers: int) -> str:
        if workers < 1:
            raise ValueError("a hive needs at least one bee")
        hive.num_workers = workers
        return "the next job will have %d bees" % workers

    return scale


def _address(to: str, cluster: Optional[str]) -> str:
    parts = urllib.parse.urlsplit(to if isinstance(to, str) else "")
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in ("http", "https") or not parts.hostname:
        shown = re.sub(r"//[^/@]*@", "//", str(to))
        raise ValueError("invalid dashboard URL %r; write it as https://dashboard.example.com or http://localhost:8080" % shown)
    if cluster is not None and not _CLUSTER_NAME.match(cluster):
        raise ValueError(
            "invalid cluster name %r: 1 to 63 letters, digits, dots, dashes or underscores, a letter or digit first" % (cluster,)
        )
    path = parts.path.rstrip("/") + ("" if cluster is None else "/clusters/" + cluster) + "/api/bridge"
    return urllib.parse.urlunsplit((scheme, parts.netloc.rpartition("@")[2], path, "", ""))


def _kind_name(thing: Any) -> str:
    """What a stream is called where the program gave it no name: as HiveFrame's own examples call them."""
    return "hive" if _is_hive(thing) else "processor" if hasattr(thing, "_window_state") else "hivestream"


def _named_streams(stream: Any) -> List[Tuple[str, Any]]:
    if stream is None:
        return []
    if isinstance(stream, Mapping):
        return [(str(label), thing) for label, thing in stream.items()]
    several = stream if isinstance(stream, (list, tuple)) else [stream]
    return [(_kind_name(thing), thing) for thing in several]


def _unique(label: str, taken: Set[str]) -> str:
    found = label
    for number in itertools.count(2):
        if found not in taken:
            break
        found = "%s-%d" % (label, number)
    taken.add(found)
    return found


def _registry_of(things: Iterable[Any]) -> Any:
    for thing in things:
        own = getattr(thing, "_metrics_registry", None)
        if own is not None:
            return own
    module = sys.modules.get("hiveframe.monitoring.metrics") or sys.modules.get("hiveframe.monitoring")
    default = getattr(module, "get_registry", None)
    return default() if callable(default) else None
