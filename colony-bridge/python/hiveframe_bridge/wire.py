"""The wire's version, bounds and texts, as ``colony-bridge/protocol/wire`` of the dashboard defines them."""

from __future__ import annotations

import json
import logging
import math
import re
import time
from typing import Any, Dict, List, Optional, Tuple, Union

__version__ = "0.1.0"

#: Offered in ``hello``; the dashboard's ``welcome`` names the newest version that both speak.
PROTOCOL_VERSION = 1
OLDEST_PROTOCOL_VERSION = 1

# Characters are UTF-16 units, as the dashboard counts them.
NAME_CHARS = 200
TEXT_CHARS = 8_000
LABEL_CHARS = 1_024
HELP_CHARS = 2_000
UNIT_CHARS = 40
REASON_CHARS = 500
MOST_LABELS = 64
MOST_SERIES = 100_000
MOST_FIELDS = 32
EVENTS_PER_FRAME = 5_000
VALUES_PER_FRAME = 8_000
PUSH_BYTES = 1_000_000
HELLO_BYTES = 4_000
#: Bytes at which a frame ends and the next begins.
FRAME_BYTES = 200_000

# For `fullmatch`: "$" would accept a newline at the end.
METRIC_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]{0,199}")
LABEL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
UNIT_SUFFIX = re.compile(r"_(seconds|bytes|ratio|percent|celsius)(_total)?$")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

LOG = logging.getLogger("hiveframe_bridge")

# Aliases that are evaluated, in the form that Python 3.9 takes.
Json = Dict[str, Any]
Labels = Tuple[Tuple[str, str], ...]
#: JSON text with instants (ms) in between: see ``Entry``.
Event = List[Union[str, int]]


def cut(value: Any, chars: int) -> str:
    """The value as text of at most ``chars`` UTF-16 units. Longer text ends with its full length."""
    text = value if isinstance(value, str) else str(value)
    if len(text) * 2 <= chars or (len(text) <= chars and text.isascii()):
        return text
    # A character has one unit or two, so the beginning is enough.
    units = text[: chars + 1].encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * chars:
        return text
    note = "… [cut, %d characters in all]" % len(text) if chars > 100 else "…"
    # "ignore" drops half of a surrogate pair.
    return units[: 2 * (chars - len(note))].decode("utf-16-le", "ignore") + note


def name_of(value: Any) -> str:
    """A name within the contract's length, never empty."""
    return cut(value, NAME_CHARS) or "?"


def text_of(value: Any) -> str:
    """The text of any object, even of one whose ``__str__`` raises."""
    try:
        return value if isinstance(value, str) else str(value)
    except Exception as error:
        return "<%s: %s>" % (type(value).__name__, type(error).__name__)


def describe_error(error: BaseException) -> str:
    return "%s: %s" % (type(error).__name__, cut(text_of(error), 300))


def dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def finite(value: Any) -> Optional[float]:
    """The value as a finite float; None if it is none."""
    try:
        number = float(value)
    except Exception:  # A type of another library may raise anything.
        return None
    return number if math.isfinite(number) else None


def epoch_ms(seconds: Any) -> Optional[int]:
    """Epoch seconds in ms; None where they are unset (HiveFrame uses 0) or out of range."""
    number = finite(seconds)
    return int(number * 1000) if number is not None and 0 < number < 8.64e12 else None


def now_ms() -> int:
    return int(time.time() * 1000)
