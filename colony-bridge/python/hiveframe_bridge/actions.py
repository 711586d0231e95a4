"""Callables for ``restart=`` and ``scale=``."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .sampling import copied

Restart = Callable[[str], Optional[str]]
Scale = Callable[[int], Optional[str]]


def restart_bee(stream: Any) -> Restart:
    """For ``restart=``: ends a bee of a ``HiveStream`` and starts it again. Its batch under way is finished first."""

    def restart(worker: str) -> str:
        for bee in copied(stream.workers):
            if bee.worker_id == worker:
                bee.stop()
                bee.start()
                return "%s has a new thread" % worker
        raise LookupError("no bee %s" % worker)

    return restart


def scale_hive(hive: Any) -> Scale:
    """For ``scale=``: a ``HiveFrame`` has this many bees from its next job on."""

    def scale(workers: int) -> str:
        if workers < 1:
            raise ValueError("a hive needs at least one bee")
        hive.num_workers = workers
        return "the next job will have %d bees" % workers

    return scale
