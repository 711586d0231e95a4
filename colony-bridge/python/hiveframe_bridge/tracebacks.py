"""Exceptions as text, made later than they are raised."""

from __future__ import annotations

import traceback
from collections import deque
from typing import Any, Optional

from .wire import cut, text_of

#: Innermost calls of each exception, and exceptions of a chain.
TRACE_FRAMES = 20
TRACE_LINKS = 5

#: File, line and function of a call.
CodePlace = tuple[str, int, str]


class Trace:
    """The message and call places of an exception and its causes. Frames are not kept: they would keep the program's data alive. The
    text, for which source files are read, is made when it is sent."""

    def __init__(self, links: list[tuple[str, int, list[CodePlace], str]]) -> None:
        self._links = links

    @staticmethod
    def of(error: Optional[BaseException]) -> Optional["Trace"]:
        links: list[tuple[str, int, list[CodePlace], str]] = []
        how = ""
        while error is not None and len(links) < TRACE_LINKS:
            steps: deque[Any] = deque(maxlen=TRACE_FRAMES)
            count = 0
            step = error.__traceback__
            while step is not None:
                steps.append(step)
                count += 1
                step = step.tb_next
            places = [(each.tb_frame.f_code.co_filename, each.tb_lineno, each.tb_frame.f_code.co_name) for each in steps]
            links.append(("%s: %s" % (type(error).__qualname__, cut(text_of(error), 2_000)), count, places, how))
            cause = error.__cause__
            how = "The above exception was the direct cause of" if cause is not None else "During handling of the above exception came"
            error = cause if cause is not None else None if error.__suppress_context__ else error.__context__
        return Trace(links) if links else None

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
