"""Shows a HiveFrame colony, a Python process, on a HiveFrame Dashboard.

    from hiveframe_bridge import attach

    bridge = attach(hive, to="https://dashboard.example.com", cluster="production", token=TOKEN)

One file, standard library only, Python 3.9 and later: copy it beside your program. From then on the colony's workers, tasks,
streams, metrics and logs are on the dashboard, until ``bridge.stop()`` or the end of the program.

It stays out of the colony's way. The colony's threads are never called into, wait for nothing and hear of no error: threads of the
bridge's own read what the colony keeps anyway, and what a log handler is given goes into a bounded queue. What cannot be sent is
kept in bounded memory; past it the oldest samples make room and the dashboard shows a gap that says how many.

Delivery is that of the dashboard's own bridges, over plain HTTP requests: frames are numbered, kept until the dashboard has them on
disk, sent again over any break and counted once. See ``colony-bridge/protocol/wire/up.ts`` of the dashboard for what crosses the wire.

The parts, from the bottom up: texts and bounds of the wire; ``_Outbox``; ``_SeriesBook`` and ``_StateBook``, what the dashboard was
told; the readers, what HiveFrame's objects say; ``_Http``; ``Bridge``, which ties them together; SIGTERM; ``attach``.
"""

from __future__ import annotations

import atexit
import base64
import email.utils
import errno
import hashlib
import http.client
import itertools
import json
import logging
import math
import os
import queue
import random
import re
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import urllib.request
import uuid
import weakref
from collections import deque
from types import CodeType, FrameType
from typing import (
    Any,
    Callable,
    Deque,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
    cast,
)

try:
    import fcntl
except ImportError:  # Windows.
    fcntl = None  # type: ignore[assignment]

__all__ = ["Bridge", "attach", "restart_bee", "scale_hive"]

__version__ = "0.1.0"

#: Offered in ``hello``; the dashboard's ``welcome`` names the newest that both speak.
PROTOCOL_VERSION = 1
OLDEST_PROTOCOL_VERSION = 1

# The contract's bounds (colony-bridge/protocol/wire/limits.ts). Characters are UTF-16 units, as the dashboard counts them.
_NAME_CHARS = 200
_TEXT_CHARS = 8_000
_LABEL_CHARS = 1_024
_MOST_LABELS = 64
_MOST_SERIES = 100_000
_EVENTS_PER_FRAME = 5_000
_VALUES_PER_FRAME = 8_000
_PUSH_BYTES = 1_000_000
_HELLO_BYTES = 4_000

# Bytes a frame, and a push of several, aim at.
_FRAME_BYTES = 200_000
_TARGET_BYTES = 256_000

# Seconds.
_WATCH = 0.25
_ANSWER = 20.0
_WAIT = 25
_UNWATCHED = 30.0
_BACKOFF_FIRST, _BACKOFF_MOST = 0.5, 30.0
_RETRY_AFTER_MOST = 600.0
_QUIET = 60.0
_JOB_QUIET = 5.0
_SLOW_READ = 10.0
_ASIDE = 0.1
_LAST_WORDS = 2.0
_GOODBYE = 1.5
_IN_USE = 15.0

# Bounds on what one sample looks at, so that a colony of any size costs about the same. What is past them is told.
_MOST_LOGS = 5_000
_MOST_ENDS = 2_000
_MOST_PARTITIONS = 100_000
_VIGOR_PARTITIONS = 200
_MOST_WORKERS = 20_000
_MOST_TRAILS = 50
_MOST_HEALTHS = 1_000
_MOST_FIELDS = 32
_REASON_CHARS = 500
_TRACE_FRAMES = 20
_TRACE_LINKS = 5

# For `fullmatch`: "$" would let a newline at the end pass.
_METRIC_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]{0,199}")
_LABEL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_CLUSTER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_HOST_NAME = re.compile(r"[A-Za-z0-9._~-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9._~-]+)?")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_UNIT = re.compile(r"_(seconds|bytes|ratio|percent|celsius)(_total)?$")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_log = logging.getLogger("hiveframe_bridge")

Json = Dict[str, Any]
Labels = Tuple[Tuple[str, str], ...]
#: Text with instants (ms) between: see ``_Entry``.
_Event = List[Union[str, int]]
Restart = Callable[[str], Optional[str]]
Scale = Callable[[int], Optional[str]]


# ---------------------------------------------------------------------------------------------------------------------------------
# Texts


def _cut(value: Any, chars: int) -> str:
    """The value as text of at most so many UTF-16 units, its beginning and how much there was where it is longer."""
    text = value if isinstance(value, str) else str(value)
    if len(text) * 2 <= chars or (len(text) <= chars and text.isascii()):
        return text
    # Only the beginning is looked at, however long the text is: each character is one unit or two.
    units = text[: chars + 1].encode("utf-16-le", "surrogatepass")
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


def _finite(value: Any) -> Optional[float]:
    """What converts to a float, as one; None where it does not, or is NaN or infinite."""
    try:
        number = float(value)
    except Exception:  # A type of another library may raise anything.
        return None
    return number if math.isfinite(number) else None


def _ms(seconds: Any) -> Optional[int]:
    """Epoch seconds as HiveFrame has them, in ms; None where they are not set (0) or make no sense."""
    number = _finite(seconds)
    return int(number * 1000) if number is not None and 0 < number < 8.64e12 else None


def _now_ms() -> int:
    return int(time.time() * 1000)


class _Complaints:
    """What the bridge tells the program's owner, through ``logging``: once a minute for the same words.

    Handlers are the program's code. They are called on a thread of their own, so nothing of the bridge waits for them or holds a lock
    meanwhile.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.count = 0
        # As they are, and as an exception's text quotes them.
        forms = {form for secret in secrets if secret for form in (secret, repr(secret)[1:-1])}
        self._secrets = sorted(forms, key=len, reverse=True)
        self._told: Dict[str, float] = {}
        self._waiting: "queue.SimpleQueue[Optional[str]]" = queue.SimpleQueue()

    def say(self, message: str, topic: Optional[str] = None) -> None:
        self.count += 1
        topic = topic or message
        now = time.monotonic()
        if now - self._told.get(topic, -_QUIET) < _QUIET or self._waiting.qsize() >= 100:
            return
        if len(self._told) >= 200:
            self._told.clear()
        self._told[topic] = now
        for secret in self._secrets:
            message = message.replace(secret, "***")
        self._waiting.put(message)

    def tell(self) -> None:
        """The thread's work, until ``end()``."""
        for message in iter(self._waiting.get, None):
            try:
                _log.warning("%s", message)
            except BaseException:  # A handler of the program's own that fails is not the bridge's business.
                pass

    def end(self) -> None:
        self._waiting.put(None)


class _LeftOut:
    """What the bridge could not show of what the colony says: how many by field, and why the first of them. The dashboard is told all of it,
    the program's owner one line a field a minute.

    What is true now is counted anew in each sample; what happened is counted for as long as the bridge runs.
    """

    def __init__(self, complaints: _Complaints) -> None:
        self._complaints = complaints
        self._fields: Dict[str, Json] = {}
        #: By field, where it happened: how many were told of.
        self._told: Dict[str, int] = {}

    def begin(self) -> None:
        self._fields = {field: each for field, each in self._fields.items() if "at" in each}

    def stands(self, field: str, reason: str, count: int = 1) -> None:
        """It is true now and left out of this sample."""
        self._add({"field": field, "count": count, "reason": _cut(reason, _REASON_CHARS)})

    def happened(self, field: str, reason: str, count: int = 1) -> None:
        """It is left out for good."""
        self._add({"field": field, "count": count, "reason": _cut(reason, _REASON_CHARS), "at": _now_ms()})

    def _add(self, new: Json) -> None:
        if new["field"] not in self._fields and len(self._fields) >= _MOST_FIELDS - 1:
            new["field"] = "other fields"
        known = self._fields.setdefault(new["field"], dict(new, count=0))
        known["count"] += new["count"]
        if "at" in new:
            known["at"] = new["at"]

    def tell(self, skew: int) -> List[Json]:
        """The list for the dashboard; the owner hears of what is new."""
        for field, each in self._fields.items():
            if "at" not in each or each["count"] > self._told.get(field, 0):
                noun = "entry" if each["count"] == 1 else "entries"
                self._complaints.say("%d %s left out at %s: %s" % (each["count"], noun, field, each["reason"]), "left out " + field)
            if "at" in each:
                self._told[field] = each["count"]
        return [dict(each, at=max(0, each["at"] - skew)) if "at" in each else each for each in self._fields.values()]


# ---------------------------------------------------------------------------------------------------------------------------------
# Outbox


class _Entry:
    """One numbered frame. ``parts`` are texts with instants (ms, by the colony's clock) between them: they are corrected when sent."""

    __slots__ = ("kind", "first", "seq", "parts", "size", "samples", "events", "start", "end", "whole", "ids")

    def __init__(self, kind: str, parts: _Event, samples: int = 0, events: int = 0, whole: bool = False) -> None:
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
        if entry.size > _PUSH_BYTES - _HELLO_BYTES or (entry.kind == "state" and self.state_lost and not entry.whole):
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


_TOO_MANY = ("metrics past the limit", "there are more than %d series; is a label's value different every time?" % _MOST_SERIES)


class _SeriesBook:
    """A dense number for each series, and the values of one sample by number."""

    def __init__(self, left_out: _LeftOut, labels: Labels) -> None:
        self._left_out = left_out
        self._labels = labels
        self._numbers: Dict[Tuple[str, Labels], int] = {}
        #: Those that cannot be named, and why.
        self._unfit: Dict[Tuple[str, Labels], Tuple[str, str]] = {}
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
        """One number of this sample: what converts to a float is one. NaN and infinities are how a metric says that it has no value now."""
        try:
            # Numbers of other libraries, and True, would be no JSON number.
            if type(value) is not float and type(value) is not int:
                value = float(value)
            finite = math.isfinite(value)
        except Exception as error:  # A type of another library may raise anything.
            reason = "the value of %s is a %s, which is no number (%s)" % (name, type(value).__name__, type(error).__name__)
            self._left_out.stands("metrics.value", reason)
            return
        if not finite:
            return
        if not isinstance(labels, tuple):
            labels = tuple(sorted((key, _cut(each, _LABEL_CHARS)) for key, each in labels.items()))
        if self._labels:
            labels = tuple(sorted({**dict(self._labels), **dict(labels)}.items()))
        key = (name, labels)
        number = self._numbers.get(key)
        if number is None:
            number = self._define(key, kind, unit, text)
        if number < 0:
            self._left_out.stands(*self._unfit.get(key, _TOO_MANY))
        elif number in self._refused:
            self._left_out.stands("refused metrics", "the dashboard has no room for %s" % name)
        elif number not in self._values:
            self._values[number] = value

    def _define(self, key: Tuple[str, Labels], kind: str, unit: Optional[str], text: str) -> int:
        name, labels = key
        if len(self._numbers) < 2 * _MOST_SERIES:
            self._numbers[key] = -1
        named = [label for label, _ in labels]
        if not _METRIC_NAME.fullmatch(name) or len(labels) > _MOST_LABELS or not all(map(_LABEL_NAME.fullmatch, named)):
            reason = "%r with the labels %r: names have letters, digits and _; labels are %d at most" % (name[:100], named[:5], _MOST_LABELS)
            if len(self._unfit) < _MOST_SERIES:
                self._unfit[key] = ("metrics.name", reason)
            return -1
        if len(self._definitions) >= _MOST_SERIES:
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
        self._unfit.clear()
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
        """``state``: lists of things with an id by part, and what stands for itself. A part that is missing is not known."""
        changes: List[Tuple[str, str, str]] = []
        for part in _PARTS:
            if part not in state:
                continue
            now = {each["id"]: _dumps(each) for each in state[part]}
            before = self._known.get(part, {})
            changes.extend((part, "set", text) for key, text in now.items() if before.get(key) != text)
            changes.extend((part, "remove", _dumps(key)) for key in before if key not in now)
            self._known[part] = now
        scalars = {key: _dumps(state[key]) for key in ("health", "queued", "leftOut") if key in state}
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


def _newest(mapping: Any, most: int) -> List[Any]:
    """The values that were put in last."""
    for _ in range(5):
        try:
            return list(itertools.islice(reversed(mapping.values()), most))
        except RuntimeError:
            continue
    return []


def _error_words(error: BaseException) -> str:
    return "%s: %s" % (type(error).__name__, _cut(_text_of(error), 300))


class _Stacks:
    """What the other threads of the process are at: whether a method of an object is under way, which nothing of the object need say."""

    def __init__(self) -> None:
        self._frames = sys._current_frames()
        # Its own would hold all the others in a circle.
        del self._frames[threading.get_ident()]

    def runs(self, kind: type) -> bool:
        """Whether some thread is in a method of the class."""
        codes = _codes_of(kind)
        return any(frame.f_code in codes for thread in self._frames.values() for frame in _outward(thread))

    def at_work(self, things: Iterable[Any]) -> Set[int]:
        """The ids of those of the things that some thread is in a method of."""
        wanted = {id(thing): type(thing) for thing in things}
        codes = frozenset(itertools.chain.from_iterable(map(_codes_of, set(wanted.values()))))
        found: Set[int] = set()
        for thread in self._frames.values():
            for frame in _outward(thread):
                if frame.f_code in codes and frame.f_code.co_argcount:
                    own = id(frame.f_locals.get(frame.f_code.co_varnames[0]))
                    if own in wanted:
                        found.add(own)
        return found

    def in_callback(self, thread: Any, owner: Any) -> bool:
        """Whether the thread is in code of the program's own: neither of ``owner``'s package nor a wait of the standard library."""
        package = type(owner).__module__.partition(".")[0]
        for frame in _outward(self._frames.get(getattr(thread, "ident", 0))):
            module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            if module == package:
                return False
            if module not in ("queue", "threading", "time"):
                return True
        return False


def _outward(frame: Optional[FrameType]) -> Iterator[FrameType]:
    for _ in range(500):
        if frame is None:
            return
        yield frame
        frame = frame.f_back


def _codes_of(kind: type) -> FrozenSet[CodeType]:
    found = set()
    for each in kind.__mro__:
        for function in list(vars(each).values()):
            code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
            if isinstance(code, CodeType):
                found.add(code)
    return frozenset(found)


class _Aside:
    """Asks somebody else's code, which may take long or never answer, on a thread of its own; what it said last counts meanwhile."""

    def __init__(self) -> None:
        self._thread: Optional[threading.Thread] = None
        self._since = 0.0
        self._answer: Any = None
        self._error: Optional[BaseException] = None

    def ask(self, question: Callable[[], Any]) -> Any:
        """The newest answer. Raises what the question raised; TimeoutError where it takes long."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, args=(question,), name="hiveframe-bridge-aside", daemon=True)
            self._since = time.monotonic()
            try:
                self._thread.start()
            except RuntimeError:  # The interpreter is ending.
                return self._answer
        self._thread.join(_ASIDE)
        if self._thread.is_alive() and time.monotonic() - self._since > _SLOW_READ:
            raise TimeoutError("no answer for %d s" % (time.monotonic() - self._since))
        if self._error is not None:
            raise self._error
        return self._answer

    def _run(self, question: Callable[[], Any]) -> None:
        try:
            self._answer, self._error = question(), None
        except BaseException as error:
            self._error = error


class _Reading:
    """One sample under way: numbers go into the book, what is no number into ``state``, what happened into ``events``."""

    def __init__(self, book: _SeriesBook, left_out: _LeftOut, prefix: str) -> None:
        self.number = book.add
        #: Of what is true now, and of what happened.
        self.left_out = left_out.stands
        self.lost = left_out.happened
        self.prefix = prefix
        #: Of the reader that is reading.
        self.state: Dict[str, Any] = {}
        self.events: List[_Event] = []
        #: Names that an object of the colony has told: the registry does not tell them again under the dashboard's own name.
        self.told: Set[str] = set()

    def part(self, part: str) -> List[Json]:
        return cast(List[Json], self.state.setdefault(part, []))

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
        loads = map(_finite, _copied(colony.temperature.values()) if hasattr(colony, "temperature") else [])
        temperatures = [load for load in loads if load is not None]
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
            vigors = (_vigor(floor[-1]) for floor in _newest(dances, _VIGOR_PARTITIONS) if floor)
            newest = [vigor for vigor in vigors if vigor is not None]
            if newest:
                vigor = sum(newest) / len(newest)
                reading.number("dance_vigor", vigor, labels=labels, text="Mean vigor of the newest dances; above 1 is normal")

    def _pheromones(self, colony: Any, reading: _Reading, labels: Labels) -> None:
        pheromones = getattr(colony, "pheromones", None)
        if pheromones is None:
            return
        levels: Dict[str, List[float]] = {trail: [] for trail in self.TRAILS}
        for pheromone in _copied(pheromones):
            try:
                levels.setdefault(str(pheromone.signal_type), []).append(float(pheromone.current_intensity()))
            except Exception as error:
                reading.left_out("pheromones", _error_words(error))
        if len(levels) > _MOST_TRAILS:
            reading.left_out("pheromones", "there are more than %d trails" % _MOST_TRAILS, len(levels) - _MOST_TRAILS)
        for trail, found in itertools.islice(levels.items(), _MOST_TRAILS):
            level = sum(found) / len(found) if found else 0.0
            named = tuple(sorted(labels + (("trail", _name(trail)),)))
            reading.number("pheromone_level", level, labels=named, text="Mean intensity in the air, 0 to 1 where a bee emits it")
        reading.told.add("pheromone_level")


def _without_result(dance: Any) -> bool:
    return _finite(dance.quality_score) == 0 and not dance.result_size


def _vigor(dance: Any) -> Optional[float]:
    try:
        return _finite(dance.vigor)
    except Exception:  # It is worked out when it is asked for.
        return None


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
        self._progress = (-1.0, 0.0)
        #: Dances of the last seconds that were told, by who, what and when: one may be made before and hung up after another.
        self._danced: Dict[Tuple[str, str, float], None] = {}
        self._horizon = time.time()
        self._ended: List[_Event] = []
        self._without_result = 0
        #: Ends that are not listed, and why the first is not.
        self._unlisted: List[Tuple[str, int]] = []

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
        wanted = getattr(self._hive, "num_workers", None)
        if wanted is not None:
            reading.number("num_workers", wanted, text="Bees the next job will have")
        if colony is None:
            # Before the first job there is nothing but the promise.
            reading.state["queued"] = 0
            return
        self._reader.read(colony, reading, self._labels)
        self._collect(reading.prefix)
        sources = len(colony.food_sources)
        danced = len(colony.dance_floor.dances)
        busy = self._busy(sources, danced)
        for bee in _first(self._bees, _MOST_WORKERS, reading):
            try:
                self._bee(bee, id(bee) in busy, reading, workers, tasks)
            except Exception as error:
                reading.left_out("workers", _error_words(error))
        active = len(tasks)
        self._tell_totals(reading)
        for reason, count in self._unlisted:
            reading.lost("ends of tasks", reason, count)
        self._unlisted = []
        if danced > _MOST_PARTITIONS:
            reason = "only the newest %d of the job's partitions are followed" % _MOST_PARTITIONS
            reading.left_out("partitions", reason, danced - _MOST_PARTITIONS)
        reading.events += self._ended
        self._ended = []
        waiting = max(0, sources - danced - active) if busy else 0
        reading.state["queued"] = waiting
        text = "Partitions nobody has danced about yet; about right, for several bees may take the same"
        reading.number("tasks_queued", waiting, text=text)
        reading.told.update(("tasks_queued", "tasks_completed"))
        reading.number("tasks_running", active, text="Bees on a partition")

    def _bee(self, bee: Any, busy: bool, reading: _Reading, workers: List[Json], tasks: List[Json]) -> None:
        key = reading.id(bee.worker_id)
        source = bee.current_source
        # A bee keeps its last partition when the job is over.
        at_work = busy and source is not None
        worker: Json = {"id": key, "status": "busy" if at_work else "idle", "pid": os.getpid()}
        role = _role(bee)
        if role:
            worker["role"] = role
        labels = (("worker", key),)
        task = _name("%s: %s" % (bee.worker_id, source.partition_id)) if at_work else ""
        if at_work:
            worker["tasks"] = [task]
        load = self._colony.temperature.get(bee.worker_id) if hasattr(self._colony.temperature, "get") else None
        workers.append(worker)
        if at_work:
            tasks.append({"id": task, "name": "partition", "status": "running", "worker": key})
        reading.number("tasks_active", int(at_work), labels=labels, text="Partitions the bee is working on")
        if load is not None:
            reading.number("worker_temperature", load, labels=labels, unit="seconds", text="How long its newest task took")

    def _tell_totals(self, reading: _Reading) -> None:
        for worker, total in self._by_worker.items():
            text = "Partitions the bee has danced about, over all jobs"
            reading.number("tasks_completed", total, "counter", (("worker", worker),), text=text)
        text = "Dances ever, over all jobs; a dance of quality 0 too"
        reading.number("waggle_dances_total", self._completed.sum(), "counter", self._labels, text=text)
        text = "Partitions that gave no value: HiveFrame does not tell whether they failed"
        reading.number("tasks_without_result", self._without_result, "counter", self._labels, text=text)
        reading.told.add("waggle_dances_total")

    def _busy(self, sources: int, danced: int) -> Set[int]:
        """The ids of bees that may be on a partition. Nothing says whether a job is under way: it is while some partition was never danced
        about and dances come; where none has come for a while, the threads' stacks tell who is at work."""
        done = self._completed.sum()
        now = time.monotonic()
        if self._progress[0] != done:
            self._progress = (done, now)
        if danced >= sources:
            return set()
        everyone = {id(bee) for bee in self._bees}
        if now - self._progress[1] < _JOB_QUIET:
            return everyone
        stacks = _Stacks()
        found = stacks.at_work(self._bees)
        # A job's own method runs, and no bee of it does: it gives its work to somebody whose stack says nothing.
        return found or (everyone if stacks.runs(type(self._hive)) else found)

    def _collect(self, prefix: str) -> None:
        """Counts what the bees of this job have done so far, and takes their dances as ends of tasks."""
        for bee in self._bees:
            try:
                worker = _name(prefix + str(bee.worker_id))
                self._by_worker[worker] = self._completed.rise(worker, bee, len(bee.results))
            except Exception:  # Told where the bee itself is read.
                continue
        self._take_dances(prefix)

    def _find_bees(self) -> None:
        """Bees are made after their colony, and replaced after it: those of another are not of this job."""
        bees = _copied(getattr(self._hive, "bees", None) or [])
        self._bees = [bee for bee in bees if getattr(bee, "colony", None) is self._colony]

    def _take_dances(self, prefix: str) -> None:
        floors = getattr(getattr(self._colony, "dance_floor", None), "dances", None)
        if not floors:
            return
        newest = self._horizon
        # What is older than this has been told; dances are hung up within milliseconds.
        oldest = self._horizon - 5.0
        found: List[Tuple[float, _Event]] = []
        for floor in _newest(floors, _MOST_PARTITIONS):
            try:
                for dance in reversed(_copied(floor[-50:])):
                    at = dance.timestamp
                    if not at > oldest:
                        break
                    key = (dance.worker_id, dance.partition_id, at)
                    if key in self._danced:
                        continue
                    self._danced[key] = None
                    newest = max(newest, at)
                    found.append((at, self._end(dance, prefix)))
                    self._without_result += _without_result(dance)
            except Exception as error:
                self._unlisted.append((_error_words(error), 1))
        found.sort(key=lambda each: each[0])
        room = max(0, _MOST_ENDS - len(self._ended))
        self._ended += [end for _, end in found[:room]]
        if len(found) > room:
            self._unlisted.append(("more than %d came in one interval" % _MOST_ENDS, len(found) - room))
        self._horizon = newest
        self._danced = {key: None for key in self._danced if key[2] > newest - 5.0}

    @staticmethod
    def _end(dance: Any, prefix: str) -> _Event:
        """A dance as the end of a task. A task that raised dances too, with quality 0 and nothing to show, but so does one whose honest
        result is None: HiveFrame swallows what was raised, and nobody can tell them apart."""
        ended = int(dance.timestamp * 1000)
        took = max(0, int(float(dance.processing_time) * 1000))
        worker = _name(prefix + str(dance.worker_id))
        head = {
            "type": "taskEnd",
            "id": _name("%s: %s" % (dance.worker_id, dance.partition_id)),
            "name": "partition",
            "status": "no_result" if _without_result(dance) else "completed",
            "worker": worker,
        }
        return [_dumps(head)[:-1] + ',"startedAt":', max(0, ended - took), ',"endedAt":', ended, "}"]


def _first(things: List[Any], most: int, reading: _Reading) -> List[Any]:
    if len(things) > most:
        reading.left_out("workers", "there are more than %d" % most, len(things) - most)
    return things[:most]


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
        self._stacks: Optional[_Stacks] = None

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
        for bee in _first(bees, _MOST_WORKERS, reading):
            try:
                failed += self._bee(bee, reading, workers)
            except Exception as error:
                reading.left_out("workers", _error_words(error))
        self._stacks = None
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
        if buffer is not None and size:
            number("stream_buffer_percent", 100.0 * len(buffer.buffer) / size, labels=labels, unit="percent", text="Buffer in use")
        health = getattr(getattr(stream, "partitioner", None), "partition_health", {})
        if len(health) > _MOST_HEALTHS:
            reason = "a stream has more than %d partitions" % _MOST_HEALTHS
            reading.left_out("health of partitions", reason, len(health) - _MOST_HEALTHS)
        for partition, value in itertools.islice(_items(health), _MOST_HEALTHS):
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
        # One record may take longer than the time between two samples.
        worked = worked or (bool(bee.running) and thread is not None and self._on_a_record(bee, thread))
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
        if load is not None:
            reading.number("worker_temperature", load, labels=labels, unit="seconds", text="How long its newest record took")
        return int(dead)

    def _on_a_record(self, bee: Any, thread: Any) -> bool:
        self._stacks = self._stacks or _Stacks()
        return self._stacks.in_callback(thread, bee)


class _ProcessorReader:
    """Reads an ``EnhancedStreamProcessor``: windows, watermark, checkpoints. It has no bees; records are counted in its registry."""

    def __init__(self, processor: Any, name: str) -> None:
        self._processor = processor
        self._name = name
        self._totals = _Totals()
        self._aside = _Aside()

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
                counted = (_finite(value) for _, value in _items(getattr(counter, "_values", {})))
                total = self._totals.rise(metric, counter, sum(value for value in counted if value is not None))
                number(metric, total, "counter", labels)
                if window:
                    windows[window] = max(0, int(total))
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
        try:
            # A backend may be the program's own, and keep them anywhere.
            checkpoint = self._aside.ask(backend.get_latest_checkpoint) if backend is not None else None
            if checkpoint is not None:
                state["checkpoint"] = {"id": _name(checkpoint.checkpoint_id), "status": "completed"}
                ended = _ms(checkpoint.timestamp)
                if ended is not None:
                    state["checkpoint"]["endedAt"] = ended
        except Exception as error:
            reading.left_out("checkpoints", _error_words(error))
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
        before, self._before = self._before, {}
        for name, metric in _items(getattr(self._registry, "_metrics", {})):
            try:
                kind = metric.metric_type.name
                if kind in ("COUNTER", "GAUGE"):
                    self._values(name, metric, kind.lower(), reading)
                elif kind == "HISTOGRAM":
                    self._histogram(name, metric, before, reading)
                elif kind == "SUMMARY":
                    self._summary(name, metric, reading)
            except Exception as error:
                self._left_out(name, error, reading)

    @staticmethod
    def _left_out(name: Any, error: Exception, reading: _Reading) -> None:
        reading.left_out("metrics", "%s could not be read: %s" % (_cut(_text_of(name), 100), _error_words(error)))

    @staticmethod
    def _labels(key: Any) -> Labels:
        return tuple(sorted((str(label), _cut(value, _LABEL_CHARS)) for label, value in _items(key.labels)))

    def _values(self, name: str, metric: Any, kind: str, reading: _Reading) -> None:
        text = metric.help_text
        also = [each for each in _ALSO.get(self._bare(name), ()) if each.to not in reading.told and each.to != name]
        sums: Dict[Tuple[str, str, Labels], float] = {}
        for key, value in _items(metric._values):
            try:
                labels = self._labels(key)
                reading.number(name, value, kind, labels, text=text)
            except Exception as error:
                self._left_out(name, error, reading)
                continue
            number = _finite(value) if also else None
            for each in also if number is not None else ():
                if all(key.labels.get(label) == wanted for label, wanted in each.where.items()):
                    renamed = ((each.renamed.get(label, label), given) for label, given in labels)
                    kept = tuple(sorted((label, given) for label, given in renamed if label is not None))
                    at = (each.to, each.kind, kept)
                    sums[at] = sums.get(at, 0.0) + cast(float, number)
        for (to, as_kind, kept), total in sums.items():
            reading.number(to, total, as_kind, kept, text=text)

    def _bare(self, name: str) -> str:
        return name[len(self._prefix) :] if name.startswith(self._prefix) else name

    @property
    def _prefix(self) -> str:
        return "%s_" % getattr(self._registry, "prefix", "hiveframe")

    def _histogram(self, name: str, metric: Any, before: Mapping[Tuple[str, Labels], List[float]], reading: _Reading) -> None:
        bounds = [float(bound) for bound in metric.buckets]
        text = metric.help_text
        found = _UNIT.search(name)
        unit = found.group(1) if found else None
        overall = [0.0] * len(bounds)

        def tell(key: Any, count: Any) -> List[float]:
            labels = self._labels(key)
            counts = _cumulative([float(each) for each in _copied(metric._bucket_counts.get(key, ()))], float(count))
            for bound, each in zip(bounds, counts):
                le = "+Inf" if math.isinf(bound) else "%g" % bound
                reading.number(name + "_bucket", each, "bucket", tuple(sorted(labels + (("le", le),))), text=text)
            reading.number(name + "_sum", metric._sums.get(key, 0), "counter", labels, unit, text)
            reading.number(name + "_count", count, "counter", labels, "", text)
            # Of what was observed since the sample before; of all there is where that is nothing.
            then = before.get((name, labels))
            self._before[(name, labels)] = counts
            recent = [now - earlier for now, earlier in zip(counts, then)] if then and len(then) == len(counts) else counts
            if not recent or recent[-1] <= 0:
                recent = counts
            self._quantiles(name, bounds, recent, labels, unit, text, reading)
            return recent

        for key, count in _items(metric._counts):
            try:
                overall = [sum(pair) for pair in zip(overall, tell(key, count))]
            except Exception as error:
                self._left_out(name, error, reading)
        to = _LATENCIES.get(self._bare(name))
        if to:
            self._quantiles(to, bounds, overall, (), "seconds", text, reading)

    @staticmethod
    def _quantiles(
        name: str, bounds: List[float], counts: List[float], labels: Labels, unit: Optional[str], text: str, reading: _Reading
    ) -> None:
        for share, suffix in _QUANTILES:
            quantile = _quantile(share, bounds, counts)
            if quantile is not None:
                reading.number(name + suffix, quantile, "gauge", labels, unit, text)

    def _summary(self, name: str, metric: Any, reading: _Reading) -> None:
        text = metric.help_text
        cutoff = time.time() - getattr(metric, "max_age", 60.0)
        for key, count in _items(metric._counts):
            try:
                labels = self._labels(key)
                observed = (_finite(value) for at, value in _copied(metric._observations.get(key, ())) if at >= cutoff)
                values = sorted(value for value in observed if value is not None)
                for share in metric.quantiles if values else ():
                    named = tuple(sorted(labels + (("quantile", "%g" % share),)))
                    reading.number(name, values[min(int(share * len(values)), len(values) - 1)], labels=named, text=text)
                reading.number(name + "_sum", metric._sums.get(key, 0), "counter", labels, text=text)
                reading.number(name + "_count", count, "counter", labels, "", text)
            except Exception as error:
                self._left_out(name, error, reading)


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


class _Line(NamedTuple):
    """A log line as it was when it was written: what it is made of may change at once."""

    at: Any
    level: str
    source: Any
    text: str
    trace: Any = None


class _LogTap:
    """Takes log records of HiveFrame's ``Logger`` and of ``logging``. The program's thread waits for nothing, and does nothing for a line
    that finds no room."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._waiting: Deque[_Line] = deque()
        #: Of what waits. Threads may add at once and one sum be lost: it begins anew whenever nothing waits.
        self._bytes = 0
        self._dropped = itertools.count()
        self._drawn = 0
        self._loggers: List[Tuple[Any, Any]] = []
        self.urgent = False

    def handle(self, record: Any) -> None:
        """HiveFrame's handler interface."""
        try:
            if self.has_room():
                trace = record.exception
                trace = _Trace.of(trace) if isinstance(trace, BaseException) else trace and _cut(_text_of(trace), _TEXT_CHARS)
                text = _line_text(record.message, record.extra)
                self.keep(_Line(record.timestamp, record.level.name, record.logger_name, text, trace))
        except Exception:  # A record unlike HiveFrame's own is not worth more than silence here.
            pass

    def has_room(self) -> bool:
        """Asked before anything is done for a line. False: it counts as dropped."""
        if len(self._waiting) < _MOST_LOGS and self._bytes < self._most_bytes:
            return True
        next(self._dropped)
        return False

    def keep(self, line: _Line) -> None:
        self._bytes += self._size(line)
        self._waiting.append(line)
        if line.level in ("ERROR", "CRITICAL"):
            self.urgent = True

    @staticmethod
    def _size(line: _Line) -> int:
        return 300 + sys.getsizeof(line.text) + (sys.getsizeof(line.trace) if isinstance(line.trace, str) else 1_000 if line.trace else 0)

    def listen(self, logger: Any) -> None:
        if isinstance(logger, logging.Logger):
            handler = _StandardHandler(self)
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

    def take(self, lost: Callable[[str, str, int], None]) -> List[_Event]:
        """Lines since the last time, as events."""
        self.urgent = False
        lines: List[_Event] = []
        while self._waiting and len(lines) < _MOST_LOGS:
            line = self._waiting.popleft()
            self._bytes -= self._size(line)
            lines.append(_log_event(line))
        if not self._waiting:
            self._bytes = 0
        # Drawing from a count is one step, which adding to a number is not. This draw is no drop.
        drawn = next(self._dropped)
        dropped, self._drawn = drawn - self._drawn, drawn + 1
        if dropped > 0:
            lost("logs", "more than %d lines or %d kB waited" % (_MOST_LOGS, self._most_bytes // 1000), dropped)
        return lines


class _StandardHandler(logging.Handler):
    """A handler of ``logging`` without the lock that every handler has: the queue needs none."""

    def __init__(self, tap: _LogTap) -> None:
        super().__init__()
        self._tap = tap

    def createLock(self) -> None:
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        # What the bridge complains of is no line of the colony.
        if record.name != _log.name:
            self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if self._tap.has_room():
                # Where another handler has made text of the exception, it is there.
                trace = record.exc_text or (_Trace.of(record.exc_info[1]) if record.exc_info else None)
                line = _Line(record.created, record.levelname, record.name, _line_text(record.getMessage(), None), trace)
                self._tap.keep(line)
        except Exception:
            pass


#: File, line and function of a call.
_Place = Tuple[str, int, str]


class _Trace:
    """An exception by its words and by where it came from. Neither its frames, which would keep the program's data alive, nor its text,
    for which files are read: that is made later."""

    def __init__(self, links: List[Tuple[str, int, List[_Place], str]]) -> None:
        self._links = links

    @staticmethod
    def of(error: Optional[BaseException]) -> Optional["_Trace"]:
        links: List[Tuple[str, int, List[_Place], str]] = []
        how = ""
        while error is not None and len(links) < _TRACE_LINKS:
            steps: Deque[Any] = deque(maxlen=_TRACE_FRAMES)
            count = 0
            step = error.__traceback__
            while step is not None:
                steps.append(step)
                count += 1
                step = step.tb_next
            places = [(each.tb_frame.f_code.co_filename, each.tb_lineno, each.tb_frame.f_code.co_name) for each in steps]
            links.append(("%s: %s" % (type(error).__qualname__, _cut(_text_of(error), 2_000)), count, places, how))
            cause = error.__cause__
            how = "The above exception was the direct cause of" if cause is not None else "During handling of the above exception came"
            error = cause if cause is not None else None if error.__suppress_context__ else error.__context__
        return _Trace(links) if links else None

    def __str__(self) -> str:
        text = []
        for words, count, places, how in reversed(self._links):
            text.append("Traceback (most recent call last):\n")
            if count > len(places):
                text.append("  ... %d calls ...\n" % (count - len(places)))
            text += traceback.StackSummary.from_list([traceback.FrameSummary(*place) for place in places]).format()
            text.append(words + "\n")
            if how:
                text.append("\n%s the following exception:\n\n" % how)
        return "".join(text).rstrip("\n")


def _line_text(message: Any, extra: Any) -> str:
    """Message and context. They are the program's, and may be anything of any size."""
    text = _cut(_text_of(message), _TEXT_CHARS)
    for index, (key, value) in enumerate(_items(extra) if extra else ()):
        if len(text) >= _TEXT_CHARS:
            break
        text += "%s%s=%s" % (" " if index else " | ", _cut(_text_of(key), _NAME_CHARS), _cut(_text_of(value), _TEXT_CHARS))
    return _cut(text, _TEXT_CHARS)


def _log_event(line: _Line) -> _Event:
    text = line.text if not line.trace else line.text + "\n" + _text_of(line.trace)
    event = {
        "type": "log",
        "level": line.level if line.level in _LEVELS else "INFO",
        "source": _name(_text_of(line.source)),
        "message": _cut(text, _TEXT_CHARS),
    }
    return [_dumps(event)[:-1] + ',"at":', _ms(line.at) or _now_ms(), "}"]


def _text_of(value: Any) -> str:
    try:
        return value if isinstance(value, str) else str(value)
    except Exception as error:
        return "<%s: %s>" % (type(value).__name__, type(error).__name__)


def _event_frames(events: List[_Event]) -> Iterator[_Entry]:
    parts: _Event = ['"events":[']
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
    #: Seconds it asks to be left alone for.
    retry_after: float = 0.0
    #: Where it says that it is.
    location: str = ""


class _Http:
    """POST requests over one connection that is kept open. Proxies are those of the environment, as everywhere in Python."""

    def __init__(self, url: str, token: Optional[str], context: Optional[ssl.SSLContext]) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._context = context
        self._headers = {"Content-Type": "application/x-ndjson", "User-Agent": "hiveframe-bridge-python/" + __version__}
        if token is not None:
            self._headers["Authorization"] = "Bearer " + token
        self._connection: Optional[http.client.HTTPConnection] = None
        self._target = self._url.path
        self._aborted = False

    @property
    def where(self) -> str:
        return self._url.netloc

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
                header = answer.getheader
                retry_after, location = _seconds_of(header("Retry-After")), header("Location") or ""
                return _Answer(answer.status, header("Content-Type") or "", text, retry_after, location)
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
            try:
                at, door = through.hostname or "", through.port or 80
            except ValueError:
                # Not its text: it quotes what may be a password.
                raise OSError(errno.EINVAL, "the proxy that the environment names has no valid address") from None
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


def _seconds_of(retry_after: Optional[str]) -> float:
    """A ``Retry-After`` header, seconds or a date, in seconds."""
    if not retry_after:
        return 0.0
    try:
        seconds = float(retry_after) if retry_after.isdigit() else email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), _RETRY_AFTER_MOST)


def _no_answer(error: BaseException) -> str:
    """Why there is no answer, in words of the bridge's own: an exception's text may quote what was sent, the token too."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted: %s" % error.verify_message
    if isinstance(error, ssl.SSLError):
        return "what answers there does not speak TLS: is it http://?" if error.reason == "WRONG_VERSION_NUMBER" else "TLS failed"
    if isinstance(error, socket.timeout):
        return "it takes too long"
    if isinstance(error, socket.gaierror):
        return "its name is not known here"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, ConnectionError):
        return "the connection was closed"
    if isinstance(error, http.client.HTTPException):
        return "what answers there does not speak HTTP: is it https://?"
    if isinstance(error, OSError):
        refused = re.match(r"Tunnel connection failed: (\d{3})", str(error))
        return "the proxy refused the way there (%s)" % refused.group(1) if refused else error.strerror or type(error).__name__
    return type(error).__name__


class _Backoff:
    """Exponential with full jitter: a thousand bridges do not come back at once."""

    def __init__(self) -> None:
        self._attempt = 0

    def next(self) -> float:
        bound = min(_BACKOFF_MOST, _BACKOFF_FIRST * 2.0 ** min(self._attempt, 16))
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


def _count_of(frame: Json, field: str) -> int:
    """A number of a frame; 0 where it has none."""
    value = frame.get(field)
    return value if type(value) is int and value > 0 else 0


def _merged(said: Iterable[Mapping[str, Any]]) -> Json:
    """What all readers say: lists one after the other, numbers added up."""
    state: Json = {}
    for each in said:
        for key, value in each.items():
            state[key] = state[key] + value if key in state and isinstance(value, (list, int)) else value
    return state


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
        secrets: Iterable[str] = (),
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        self._readers = readers
        self._tap = taps
        self._http_of = http_of
        self._http = http_of()
        self._listening: Optional[_Http] = None
        self._hello = dict(hello, instance=uuid.uuid4().hex, started=_now_ms())
        self._let_go = let_go
        self._interval = interval
        self._prefix = prefix
        self._restart = restart
        self._scale = scale
        self._complaints = _Complaints(secrets)
        self._left_out = _LeftOut(self._complaints)
        self._book = _SeriesBook(self._left_out, labels)
        #: What each reader said last: it stands while the reader fails.
        self._said: List[Mapping[str, Any]] = [{} for _ in readers]
        self._state_book = _StateBook()
        self._outbox = _Outbox(most_bytes)
        self._clock = _Clock()
        #: Guards the outbox and the books. Nobody holds it while on the network or while code of the program's runs, and no thread of the
        #: colony's takes it but to stop the bridge.
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        #: When the sample under way began, and whether it was told that it takes long.
        self._reading_since: Optional[float] = None
        self._slow_told = False
        self._stopping = threading.Event()
        self._over = threading.Event()
        self._state = "connecting"
        #: The run, as the dashboard has named it; 0: it is to name one.
        self._epoch = 0
        self._greeted = False
        #: The bridge stops in order: it does not listen any more, and goodbye is to be said.
        self._parting = False
        self._goodbye_due = False
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
        loops = [("sample", self._sample_loop), ("push", self._push_loop), ("listen", self._listen_loop)]
        if restart or scale:
            loops.append(("command", self._command_loop))
        self._threads = {name: self._thread(name, work) for name, work in [*loops, ("tell", self._complaints.tell)]}

    # -- for the program

    @property
    def stats(self) -> Json:
        """How the bridge is, for a log or a health check. Whoever asks waits for nothing."""
        outbox = self._outbox
        return {
            "state": self._state,
            "connected": self._state == "live",
            "epoch": self._epoch,
            "acked": outbox.acked,
            "seq": outbox.seq,
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
        """Takes a last sample, waits so long at most (seconds) until the dashboard has everything, and leaves no thread that does not hang in
        the program's own code. Never raises."""
        if self._pid != os.getpid():
            return
        atexit.unregister(self._at_exit)
        _attached.discard(self)
        deadline = time.monotonic() + timeout
        self._tap.leave()
        first = not self._stopping.is_set()
        self._stopping.set()
        if first and self._state != "superseded":
            # The last sample is the sample thread's too: where the colony does not let itself be read, half of the time is left to send.
            self._join(self._threads["sample"], deadline - timeout / 2)
            self._settle_commands(deadline)
            self._flush(deadline)
            self._part(min(deadline, time.monotonic() + _GOODBYE))
        self._over.set()
        with self._wake:
            if self._state != "superseded":
                self._state = "stopped"
            self._wake.notify_all()
        for connection in (self._http, self._listening):
            if connection is not None:
                connection.abort()
        self._complaints.end()
        self._let_go()
        for thread in self._threads.values():
            self._join(thread, max(deadline, time.monotonic() + 0.1))

    @staticmethod
    def _join(thread: threading.Thread, deadline: float) -> None:
        if thread is not threading.current_thread() and thread.ident is not None:
            thread.join(max(0.0, deadline - time.monotonic()))

    def __enter__(self) -> "Bridge":
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    # -- life

    def _start(self) -> None:
        for thread in self._threads.values():
            thread.start()
        atexit.register(self._at_exit)
        _attached.add(self)
        _mind_sigterm()

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            backoff = _Backoff()
            while True:
                try:
                    work()
                    return
                except Exception as error:  # A fault of the bridge's own must not end it, and never reaches the program.
                    # Its kind and its place: its text may quote anything.
                    line = traceback.extract_tb(error.__traceback__)[-1]
                    fault = "%s in %s, line %s" % (type(error).__name__, line.name, line.lineno)
                    self._complaints.say("the bridge's %s thread failed: %s" % (name, fault))
                if self._over.wait(backoff.next()):
                    return

        return threading.Thread(target=run, name="hiveframe-bridge-" + name, daemon=True)

    def _at_exit(self) -> None:
        # A dashboard that is away does not hold up the end of the program.
        self.stop(_LAST_WORDS if self._state in ("live", "connecting") else 0.0)

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

    def _part(self, deadline: float) -> None:
        """Says goodbye, where all before it has arrived: the name is free, and the silence that follows is no finding."""
        with self._wake:
            if self._state != "live" or self._outbox.entries:
                return
            self._parting = True
            listening = self._listening
        if listening is not None:
            # Its next hello would begin another run.
            listening.abort()
        self._join(self._threads["listen"], deadline)
        with self._wake:
            self._goodbye_due = True
            self._wake.notify_all()
            while self._goodbye_due and self._wake.wait(deadline - time.monotonic()):
                pass

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
        if not self._over.is_set():
            self._sample()

    def _between(self) -> None:
        """A few times a second, between samples."""
        for reader in self._readers:
            try:
                reader.watch(self._prefix)
            except Exception as error:
                words = "%s could not read the colony: %s" % (type(reader).__name__.strip("_"), _error_words(error))
                self._complaints.say(words)
        if self._tap.urgent:
            lines = self._tap.take(self._left_out.happened)
            with self._wake:
                self._put(_event_frames(lines))
                self._urgent = True
                self._wake.notify_all()

    def _sample(self) -> None:
        with self._lock:
            if self._book.crowded and not self._outbox.entries and self._state == "live":
                self._book.forget()
                self._renew(0)
        self._book.begin()
        self._left_out.begin()
        reading = _Reading(self._book, self._left_out, self._prefix)
        self._slow_told = False
        self._reading_since = time.monotonic()
        for index, reader in enumerate(self._readers):
            reading.state = {}
            try:
                reader.read(reading)
                self._said[index] = reading.state
            except Exception as error:  # The colony may be anything by now. What could be read counts, what was known stays.
                kind = type(reader).__name__.strip("_")
                self._left_out.stands("readings", "%s could not read the colony: %s" % (kind, _error_words(error)))
        self._reading_since = None
        state = _merged(self._said)
        lines = self._tap.take(self._left_out.happened)
        state["leftOut"] = self._left_out.tell(self._clock.skew or 0)
        at = _now_ms()
        with self._wake:
            whole = not self._sampled or self._must_replace or self._outbox.state_lost
            self._sampled, self._must_replace = True, False
            self._put(self._state_book.frames(state, at, whole))
            self._put(self._book.frames(at))
            self._put(_event_frames(reading.events + lines))
            self._wake.notify_all()

    def _tell_of_slow_reading(self) -> None:
        """With the lock held. While the colony does not let itself be read, nothing else says why the dashboard hears nothing."""
        since = self._reading_since
        if since is None or self._slow_told or time.monotonic() - since < max(_SLOW_READ, 2 * self._interval):
            return
        self._slow_told = True
        words = "reading the colony takes more than %d s; nothing new is shown until it ends" % (time.monotonic() - since)
        self._complaints.say(words, "slow reading")
        self._put(_event_frames([_log_event(_Line(time.time(), "WARNING", "bridge", words))]))
        self._urgent = True

    def _put(self, entries: Iterable[_Entry]) -> None:
        for entry in entries:
            if not self._outbox.put(entry) and entry.size > _PUSH_BYTES - _HELLO_BYTES:
                self._left_out.happened("frames", "a %s frame has %d bytes, more than a push holds" % (entry.kind, entry.size))

    def _renew(self, epoch: int) -> None:
        """Another run, in which everything is announced again; 0: the dashboard is asked to name it. The lock is held."""
        self._epoch = epoch
        if not epoch:
            self._greeted = False
            if self._state == "live":
                self._state = "connecting"
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
                while not (self._is_due() or self._goodbye_due or self._over.is_set()):
                    self._wake.wait(min(self._left(), _SLOW_READ / 2))
                    self._tell_of_slow_reading()
                if self._over.is_set():
                    return
                # The first request of a run is hello alone: then it has its name, and a clock that is far off is known before any instant goes.
                entries = self._outbox.next() if self._greeted else []
                # What is urgent is so until everything before it has gone too.
                self._urgent = self._urgent and (not entries or entries[-1] is not self._outbox.entries[-1])
                skew = self._clock.skew or 0
                epoch = self._epoch
                goodbye = self._goodbye_due and not entries
                last = [_dumps({"type": "goodbye", "seq": self._outbox.seq + 1})] if goodbye else []
                body = "\n".join([self._hello_line(), *(entry.line(skew) for entry in entries), *last])
            if goodbye:
                self._say_goodbye(body)
                return
            pause = self._push(body, entries, epoch)
            if pause is None:
                backoff.reset()
                continue
            with self._lock:
                self._reconnects += 1
            self._over.wait(max(pause, backoff.next()))

    def _say_goodbye(self, body: str) -> None:
        """Once: a second hello would begin another run."""
        try:
            self._http.post(body, _GOODBYE)
        except (OSError, http.client.HTTPException):
            pass
        with self._wake:
            self._goodbye_due = False
            self._wake.notify_all()

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

    def _push(self, body: str, entries: List[_Entry], epoch: int) -> Optional[float]:
        """Returns None where the dashboard has taken something; else the seconds that it asks to be left alone for."""
        try:
            answer = self._http.post(body, _ANSWER)
        except (OSError, http.client.HTTPException) as error:
            if not self._over.is_set():
                words = "no answer from %s: %s" % (self._http.where, _no_answer(error))
                self._lose(words + "; frames are kept and it is tried again", "no answer")
            return 0.0
        if answer.status != 200 or "ndjson" not in answer.kind:
            return self._on_refusal(answer, entries)
        frames = _frames_of(answer.text)
        with self._wake:
            self._pushed_at = time.monotonic()
            if epoch == self._epoch:
                progress = self._take_answer(frames, {entry.seq: entry for entry in entries})
            else:
                progress = False
            lost = not progress and epoch == self._epoch
            self._wake.notify_all()
        if lost:
            self._lose("the dashboard's answer acknowledged nothing; frames are kept and it is tried again", "no progress")
        for frame in frames:
            if frame["type"] == "command":
                self._begin(frame)
        return None if progress else answer.retry_after

    def _take_answer(self, frames: List[Json], pushed: Dict[int, _Entry]) -> bool:
        """Returns whether it is a step on: something was acknowledged, or it is the first welcome."""
        acked, greeted = self._outbox.acked, self._greeted
        for frame in frames:
            kind = frame["type"]
            if kind == "welcome":
                self._clock.measure(frame.get("clock"), _now_ms())
                if not self._welcome(frame):
                    return False
            elif kind == "ack":
                self._outbox.ack(min(_count_of(frame, "seq"), self._outbox.sent))
            elif kind == "error":
                self._refused += 1
                entry = pushed.get(_count_of(frame, "seq"))
                if entry is not None and entry.kind == "series":
                    self._book.refuse(entry.ids)
                if entry is not None and entry.kind == "state":
                    self._must_replace = True
                what, detail = frame.get("kind"), _cut(frame.get("detail", ""), 500)
                self._complaints.say("the dashboard refused a frame (%s): %s" % (what, detail), "refused %s" % what)
        return self._outbox.acked > acked or self._greeted > greeted

    def _welcome(self, frame: Json) -> bool:
        """With the lock held. Returns False where there is no run to go on with yet."""
        epoch, last = _count_of(frame, "epoch"), _count_of(frame, "lastSeq")
        if not epoch:
            return False
        lost = last < self._outbox.acked
        if lost:
            self._complaints.say("the dashboard has lost what it had acknowledged; everything is announced to it again")
        if lost and epoch == self._epoch:
            self._renew(0)
            return False
        # Of the run that hello named so much has arrived.
        self._outbox.ack(min(last, self._outbox.sent))
        if self._epoch and epoch != self._epoch:
            self._renew(epoch)
        self._epoch = epoch
        self._state = "live"
        self._greeted = True
        return True

    def _on_refusal(self, answer: _Answer, entries: List[_Entry]) -> float:
        """Returns the seconds that the dashboard asks to be left alone for."""
        kind, detail = _problem_of(answer)
        if answer.status == 413:
            with self._lock:
                self._outbox.shrink(entries)
        if kind == "superseded":
            self._supersede(detail)
        elif kind == "in-use":
            self._lose("%s; frames are kept and it is tried again" % detail, "in use")
            return min(answer.retry_after, _IN_USE)
        elif kind == "sequence":
            self._resume()
        elif answer.status in (401, 403):
            self._lose("the dashboard refused the bridge's token (%d): %s" % (answer.status, detail), "token")
        elif answer.status == 200:
            self._lose("what answers is not a dashboard's bridge: check the address", "no dashboard")
        elif 300 <= answer.status < 400:
            words = "%s sends the bridge on (%d) to %s: give it that address" % (self._http.where, answer.status, _cut(answer.location, 200))
            self._lose(words, "elsewhere")
        else:
            self._lose("the dashboard refused a push (%d %s): %s; it is tried again" % (answer.status, kind, detail), "refused push")
        return answer.retry_after

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
            if epoch == self._epoch:
                self._welcome(welcome)
            self._wake.notify_all()

    def _supersede(self, detail: str) -> None:
        self._complaints.say("another bridge of this name has taken over, and this one ends: %s" % detail)
        self._tap.leave()
        self._stopping.set()
        self._over.set()
        self._complaints.end()
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
                while self._state != "live" and not (self._over.is_set() or self._parting):
                    self._wake.wait(1.0)
                if self._over.is_set() or self._parting:
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
                if not self._parting:
                    self._over.wait(backoff.next())
                continue
            if answer.status != 200:
                # A later run has taken over, where it was not this one's own.
                if _problem_of(answer)[0] == "superseded" and epoch == self._epoch:
                    self._supersede(_problem_of(answer)[1])
                    return
                self._over.wait(max(answer.retry_after, backoff.next()))
                continue
            frames = _frames_of(answer.text)
            if any(frame["type"] == "welcome" for frame in frames):
                # A dashboard that cannot wait takes it for a push: commands come with the answers to pushes.
                return
            news = [self._hear(frame) for frame in frames]
            if any(news) or time.monotonic() - asked > 1.0:
                backoff.reset()
            else:
                self._over.wait(max(answer.retry_after, backoff.next()))

    def _hear(self, frame: Json) -> bool:
        """Returns whether it was news."""
        if frame["type"] == "command":
            return self._begin(frame)
        if frame["type"] != "demand":
            return False
        with self._wake:
            self._viewers = _count_of(frame, "viewers")
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
                self._answer(frame["id"], False, _text_of(error) or type(error).__name__)

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
        if words is not None:
            result["message"] = _cut(_text_of(words), _TEXT_CHARS)
        with self._wake:
            self._outbox.put(_Entry("result", [_dumps(result)[1:-1]]))
            self._unanswered.discard(key)
            self._urgent = True
            self._wake.notify_all()


# ---------------------------------------------------------------------------------------------------------------------------------
# SIGTERM: a program that has no handler for it would end at once, and what waits with it

_attached: "weakref.WeakSet[Bridge]" = weakref.WeakSet()


def _mind_sigterm() -> None:
    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _on_sigterm)
    except ValueError:  # Only the main thread may.
        pass


def _on_sigterm(number: int, _frame: Any) -> None:
    """Sends what waits, then lets the signal end the program as it would have."""
    # On other threads: this one may have been interrupted anywhere.
    endings = [threading.Thread(target=bridge._at_exit, daemon=True) for bridge in list(_attached)]
    for ending in endings:
        ending.start()
    deadline = time.monotonic() + _LAST_WORDS + 1.0
    for ending in endings:
        ending.join(max(0.0, deadline - time.monotonic()))
    _leave_sigterm()
    os.kill(os.getpid(), number)


def _leave_sigterm() -> None:
    """A child process has no bridge to end."""
    _attached.clear()
    if signal.getsignal(signal.SIGTERM) is _on_sigterm:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_sigterm)


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
        name: The bridge's name: the same after a restart, its own within the cluster. Default: the program's name, the host's and the prefix;
            of several processes that would have the same, the second has ``-2`` at its end.
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
    if token is not None and not (isinstance(token, str) and _TOKEN.fullmatch(token)):
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
    tap = _LogTap(buffer_bytes // 2)
    loggers = logger if isinstance(logger, (list, tuple)) else [] if logger is None else [logger]
    try:
        for each in loggers:
            tap.listen(each)
    except TypeError:
        tap.leave()
        raise
    if labels is None:
        labels = {"instance": prefix.rstrip("/:.-_ ")} if prefix else {}
    always: Labels = tuple(sorted((str(label), _cut(value, _LABEL_CHARS)) for label, value in labels.items()))
    can = [what for what, given in (("restart", restart), ("scale", scale)) if given is not None]
    program = os.path.splitext(os.path.basename(sys.argv[0] if sys.argv else ""))[0] or "python"
    let_go: Callable[[], None] = lambda: None
    if not name:
        own = prefix.strip("/:.-_ ")
        name, let_go = _free_name("%s@%s%s" % (program, socket.gethostname(), own and "-" + own), address)
    hello = {
        "type": "hello",
        "protocol": PROTOCOL_VERSION,
        "oldest": OLDEST_PROTOCOL_VERSION,
        "bridge": _name(name),
        "colony": _name(colony or cluster or "hiveframe"),
        "can": can,
    }
    context = ssl_context or (ssl.create_default_context() if address.startswith("https:") else None)

    def http_of() -> _Http:
        return _Http(address, token, context)

    bridge = Bridge(readers, tap, http_of, hello, float(interval), buffer_bytes, prefix, always, restart, scale, [token or ""], let_go)
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
    """Where the bridge's requests go. Raises ValueError where none could ever arrive."""
    try:
        if re.search(r"[\x00-\x20\x7f]", to):
            raise ValueError
        parts = urllib.parse.urlsplit(to)
        host, port = parts.hostname or "", parts.port
        if ":" not in host:
            host = host.encode("idna").decode("ascii")
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        if scheme not in ("http", "https") or port == 0 or not _HOST_NAME.fullmatch(host):
            raise ValueError
    except (ValueError, TypeError):
        # Without what stands before "@", which may be a password.
        shown = str(to).rpartition("@")[2]
        raise ValueError(
            "invalid dashboard URL %r; write it as https://dashboard.example.com or http://localhost:8080" % shown
        ) from None
    if cluster is not None and not (isinstance(cluster, str) and _CLUSTER_NAME.fullmatch(cluster)):
        raise ValueError(
            "invalid cluster name %r: 1 to 63 letters, digits, dots, dashes or underscores, a letter or digit first" % (cluster,)
        )
    at = ("[%s]" % host if ":" in host else host) + ("" if port is None else ":%d" % port)
    path = urllib.parse.quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    path += ("" if cluster is None else "/clusters/" + cluster) + "/api/bridge"
    return urllib.parse.urlunsplit((scheme, at, path, "", ""))


_names_held: Set[str] = set()


def _free_name(wanted: str, address: str) -> Tuple[str, Callable[[], None]]:
    """The name, or one with a number at its end, that no other process of this host has, and what lets go of it."""
    for number in range(1, 1_000):
        name = wanted if number == 1 else "%s-%d" % (wanted, number)
        let_go = _hold("%s %s" % (address, name))
        if let_go is not None:
            return name, let_go
    return wanted, lambda: None


def _hold(key: str) -> Optional[Callable[[], None]]:
    """A lock that ends with the process. None: another has it."""
    if key in _names_held:
        return None
    owner = os.getuid() if hasattr(os, "getuid") else 0
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    file = -1
    try:
        path = os.path.join(tempfile.gettempdir(), "hiveframe-bridge-%d-%s.lock" % (owner, digest))
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError:  # Where no file can be, names are only told apart within the process.
        pass
    if file >= 0 and fcntl is not None:
        try:
            # Of this process alone: a child that is forked does not have it.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return None
    _names_held.add(key)

    def let_go() -> None:
        if key in _names_held:
            _names_held.discard(key)
            if file >= 0:
                os.close(file)

    return let_go


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
