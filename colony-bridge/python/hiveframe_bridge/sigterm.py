"""SIGTERM ends a program without a handler at once: the bridges send their last frames before it does."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any, Callable

#: The ends of running bridges, and the seconds that each may take.
_endings: dict[Callable[[], None], float] = {}


def call_at_sigterm(end: Callable[[], None], timeout: float) -> None:
    _endings[end] = timeout
    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _on_sigterm)
    except ValueError:  # Only the main thread may set a handler.
        pass


def cancel_at_sigterm(end: Callable[[], None]) -> None:
    _endings.pop(end, None)


def _on_sigterm(number: int, _frame: Any) -> None:
    # On other threads: the signal may have interrupted this one with the lock held.
    endings = list(_endings.items())
    threads = [threading.Thread(target=end, daemon=True) for end, _ in endings]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + max((timeout for _, timeout in endings), default=0.0)
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    _restore_sigterm()
    os.kill(os.getpid(), number)


def _restore_sigterm() -> None:
    """Also for a forked child, which has no bridge."""
    _endings.clear()
    if signal.getsignal(signal.SIGTERM) is _on_sigterm:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_restore_sigterm)
