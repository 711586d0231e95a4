"""``attach()``, which checks its arguments and starts a bridge."""

from __future__ import annotations

import os
import re
import socket
import ssl
import sys
from typing import Any, Callable, Mapping, Optional

from .actions import Restart, Scale
from .bridge import Bridge
from .endpoint import endpoint
from .http_client import HttpClient
from .logs import LogTap
from .own_name import free_name
from .readers import readers_of
from .wire import LABEL_CHARS, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, Labels, cut, name_of

TOKEN = re.compile(r"[\x21-\x7e]+")


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
    """Shows a colony on a dashboard until ``stop()`` is called on the returned bridge.

    Args:
        hive: A ``HiveFrame``, ``HiveStream`` or ``EnhancedStreamProcessor``, running or not yet. Optional if ``stream`` or ``registry``
            is given.
        to: The dashboard's address, such as ``https://dashboard.example.com``. A path is kept.
        cluster: The cluster's name. Default: the dashboard's default cluster.
        token: The dashboard's ``BRIDGE_TOKEN``, or a token made for this bridge.
        name: The bridge's name, the same after a restart and unique within the cluster. Default: made of the program's name, the host's
            and the prefix; a second process that would have the same gets ``-2`` at its end.
        interval: Seconds between samples, 0.1 to 3600.
        restart: Called with a worker's id when somebody restarts it on the dashboard, which shows what it returns or raises. Each command
            is carried out once at most, on a thread of the bridge. See :func:`restart_bee`.
        scale: The same, called with the number of workers wanted. See :func:`scale_hive`.
        registry: A ``MetricsRegistry``. Default: that of the stream processor, else HiveFrame's own if the program has loaded it.
        logger: HiveFrame's ``Logger``, one of ``logging``, or a list of both. Their lines are shown.
        stream: Streams beside ``hive``: one, a list, or a dictionary by name.
        health: A ``ColonyHealthMonitor``, whose verdict is shown. Default: the dashboard's own rules.
        colony: The colony's display name. Default: the cluster's name.
        prefix: Precedes the ids of workers and streams. HiveFrame uses the same ids in every process, so each of several processes of one
            cluster needs a prefix, such as ``"node-7/"``.
        labels: Added to every metric. Default: ``{"instance": "node-7"}`` for that prefix.
        buffer_bytes: Memory for frames that wait while the dashboard is away. Past it the oldest samples are evicted, and the dashboard
            shows a gap.
        ssl_context: For certificates of your own.

    Raises:
        ValueError, TypeError: An argument is invalid. An unreachable dashboard is no error: the bridge tries again until it answers.
    """
    url = endpoint(to, cluster)
    if token is not None and not (isinstance(token, str) and TOKEN.fullmatch(token)):
        raise ValueError("invalid token: it must be visible ASCII characters without spaces; look for a stray newline")
    if not isinstance(interval, (int, float)) or not 0.1 <= interval <= 3600:
        raise ValueError("invalid interval %r; write seconds from 0.1 to 3600" % (interval,))
    if not isinstance(buffer_bytes, int) or buffer_bytes < 100_000:
        raise ValueError("invalid buffer_bytes %r; at least 100000" % (buffer_bytes,))
    for action, given in (("restart", restart), ("scale", scale)):
        if given is not None and not callable(given):
            raise TypeError("%s is %r; a function is needed" % (action, given))
    readers = readers_of(hive, stream, registry, health)
    tap = LogTap(buffer_bytes // 2)
    loggers = logger if isinstance(logger, (list, tuple)) else [] if logger is None else [logger]
    try:
        for each in loggers:
            tap.attach_to(each)
    except TypeError:
        tap.detach()
        raise
    if labels is None:
        labels = {"instance": prefix.rstrip("/:.-_ ")} if prefix else {}
    common: Labels = tuple(sorted((str(label), cut(value, LABEL_CHARS)) for label, value in labels.items()))
    release_name: Callable[[], None] = lambda: None
    if not name:
        name, release_name = free_name(default_bridge_name(prefix), url)
    hello = {
        "type": "hello",
        "protocol": PROTOCOL_VERSION,
        "oldest": OLDEST_PROTOCOL_VERSION,
        "bridge": name_of(name),
        "colony": name_of(colony or cluster or "hiveframe"),
        "capabilities": [action for action, given in (("restart", restart), ("scale", scale)) if given is not None],
    }
    context = ssl_context or (ssl.create_default_context() if url.startswith("https:") else None)
    bridge = Bridge(
        readers=readers,
        tap=tap,
        new_client=lambda: HttpClient(url, token, context),
        hello=hello,
        interval=float(interval),
        most_bytes=buffer_bytes,
        prefix=prefix,
        labels=common,
        restart=restart,
        scale=scale,
        secrets=[token or ""],
        release_name=release_name,
    )
    bridge._start()
    return bridge


def default_bridge_name(prefix: str) -> str:
    program = os.path.splitext(os.path.basename(sys.argv[0] if sys.argv else ""))[0] or "python"
    own = prefix.strip("/:.-_ ")
    return "%s@%s%s" % (program, socket.gethostname(), own and "-" + own)
