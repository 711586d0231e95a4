"""The stacks of the process's threads, which show whether an object's method is running."""

from __future__ import annotations

import itertools
import sys
import threading
from types import CodeType, FrameType
from typing import Any, Iterable, Iterator, Optional


class Stacks:
    """A snapshot of the other threads' stacks."""

    def __init__(self) -> None:
        self._frames = sys._current_frames()
        # The own frame refers to this dictionary: a reference cycle.
        del self._frames[threading.get_ident()]

    def runs(self, kind: type) -> bool:
        """Whether a thread runs a method of the class."""
        codes = codes_of(kind)
        return any(frame.f_code in codes for thread in self._frames.values() for frame in frames_outward(thread))

    def at_work(self, objects: Iterable[Any]) -> set[int]:
        """The ``id()`` of each object of which a thread runs a method."""
        wanted = {id(each): type(each) for each in objects}
        codes = frozenset(itertools.chain.from_iterable(map(codes_of, set(wanted.values()))))
        found: set[int] = set()
        for thread in self._frames.values():
            for frame in frames_outward(thread):
                if frame.f_code in codes and frame.f_code.co_argcount:
                    own = id(frame.f_locals.get(frame.f_code.co_varnames[0]))
                    if own in wanted:
                        found.add(own)
        return found

    def in_callback(self, thread: Any, owner: Any) -> bool:
        """Whether the thread runs code of the program: neither of ``owner``'s package nor a wait in the standard library."""
        package = type(owner).__module__.partition(".")[0]
        for frame in frames_outward(self._frames.get(getattr(thread, "ident", 0))):
            module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            if module == package:
                return False
            if module not in ("queue", "threading", "time"):
                return True
        return False


def frames_outward(frame: Optional[FrameType]) -> Iterator[FrameType]:
    for _ in range(500):
        if frame is None:
            return
        yield frame
        frame = frame.f_back


def codes_of(kind: type) -> frozenset[CodeType]:
    found = set()
    for each in kind.__mro__:
        for function in list(vars(each).values()):
            code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
            if isinstance(code, CodeType):
                found.add(code)
    return frozenset(found)
