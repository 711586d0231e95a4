"""A bridge name that no other process of this host uses."""

from __future__ import annotations

import hashlib
import os
import tempfile
from typing import Callable, Optional

try:
    import fcntl
except ImportError:  # Windows.
    fcntl = None  # type: ignore[assignment]


_names_held: set[str] = set()


def free_name(wanted: str, address: str) -> tuple[str, Callable[[], None]]:
    """The wanted name, or the first with a number at its end that is free on this host, and a callable that releases it."""
    for number in range(1, 1_000):
        name = wanted if number == 1 else "%s-%d" % (wanted, number)
        release = _lock_name("%s %s" % (address, name))
        if release is not None:
            return name, release
    return wanted, lambda: None


def _lock_name(key: str) -> Optional[Callable[[], None]]:
    """Locks a file until the process ends. Returns the release, or None if another process has the lock."""
    if key in _names_held:
        return None
    owner = os.getuid() if hasattr(os, "getuid") else 0
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    file = -1
    try:
        path = os.path.join(tempfile.gettempdir(), "hiveframe-bridge-%d-%s.lock" % (owner, digest))
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError:  # Without a file, names are unique within the process only.
        pass
    if file >= 0 and fcntl is not None:
        try:
            # A forked child does not inherit the lock.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return None
    _names_held.add(key)

    def release() -> None:
        if key in _names_held:
            _names_held.discard(key)
            if file >= 0:
                os.close(file)

    return release
