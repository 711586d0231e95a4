"""Reads a ``HiveStream``: bees on threads of their own around one buffer."""

from __future__ import annotations

import itertools
import os
from typing import Any, Optional

from .colony_reader import ColonyReader, role_of
from .hive_reader import MOST_WORKERS
from .sampling import RunningTotals, Sample, copied, first_workers, items_of
from .stacks import Stacks
from .wire import Json, Labels, describe_error, name_of

MOST_HEALTHS = 1_000


class StreamReader:
    """Reads one ``HiveStream``."""

    def __init__(self, stream: Any, name: str, labels: Labels) -> None:
        self._stream = stream
        self._name = name
        self._labels = labels
        self._reader = ColonyReader()
        self._processed = RunningTotals()
        self._errors = RunningTotals()
        self._last: dict[str, float] = {}
        self._stacks: Optional[Stacks] = None

    def watch(self, _prefix: str) -> None:
        """Its colony is never replaced."""

    def read(self, sample: Sample) -> None:
        stream = self._stream
        name = sample.id(self._name)
        labels = (("stream", name),)
        self._reader.read(stream.colony, sample, self._labels)
        workers = sample.part("workers")
        failed = 0
        bees = copied(stream.workers)
        for bee in first_workers(bees, MOST_WORKERS, sample):
            try:
                failed += self._bee(bee, sample, workers)
            except Exception as error:
                sample.left_out("workers", describe_error(error))
        self._stacks = None
        running = bool(stream.running)
        status = "failed" if bees and running and failed == len(bees) else "running" if running else "stopped"
        state: Json = {"id": name, "name": name, "status": status}
        if 0 < failed:
            state["message"] = "%d of %d bees have died" % (failed, len(bees))
        sample.part("streams").append(state)
        number = sample.number
        number("stream_records_total", self._processed.sum(), "counter", labels, text="Records processed")
        number("stream_errors_total", self._errors.sum(), "counter", labels, text="Records that failed")
        buffer = getattr(stream, "buffer", None)
        size = getattr(buffer, "max_size", 0)
        if buffer is not None and size:
            number("stream_buffer_percent", 100.0 * len(buffer.buffer) / size, labels=labels, unit="percent", text="Buffer in use")
        health = getattr(getattr(stream, "partitioner", None), "partition_health", {})
        if len(health) > MOST_HEALTHS:
            reason = "a stream has more than %d partitions" % MOST_HEALTHS
            sample.left_out("health of partitions", reason, len(health) - MOST_HEALTHS)
        for partition, value in itertools.islice(items_of(health), MOST_HEALTHS):
            named = (("partition", name_of(partition)), ("stream", name))
            number("partition_health", value, labels=named, text="1: the partition keeps up")
        number("waggle_dances_total", self._processed.sum(), "counter", self._labels, text="Dances, one for each record")
        sample.names.update(("waggle_dances_total", "stream_records_total", "tasks_completed", "tasks_failed"))

    def _bee(self, bee: Any, sample: Sample, workers: list[Json]) -> int:
        """Returns 1 if the bee has died, else 0."""
        key = sample.id(bee.worker_id)
        labels = (("worker", key),)
        processed = self._processed.rise(key, bee, bee.processed_count)
        errors = self._errors.rise(key, bee, bee.error_count)
        worked = processed + errors > self._last.get(key, 0.0)
        self._last[key] = processed + errors
        thread = getattr(bee, "_thread", None)
        dead = bool(bee.running) and thread is not None and not thread.is_alive()
        # A record may take longer than the interval between samples.
        worked = worked or (bool(bee.running) and thread is not None and self._in_record(bee, thread))
        status = "failed" if dead else "stopped" if not bee.running else "busy" if worked else "idle"
        worker: Json = {"id": key, "status": status, "pid": os.getpid()}
        role = role_of(bee)
        if role:
            worker["role"] = role
        if dead:
            worker["message"] = "its thread has ended"
        workers.append(worker)
        sample.number("tasks_completed", processed, "counter", labels, text="Records the bee has processed")
        sample.number("tasks_failed", errors, "counter", labels, text="Records that failed on the bee")
        load = self._stream.colony.temperature.get(bee.worker_id)
        if load is not None:
            sample.number("worker_temperature", load, labels=labels, unit="seconds", text="Duration of its newest record")
        return int(dead)

    def _in_record(self, bee: Any, thread: Any) -> bool:
        self._stacks = self._stacks or Stacks()
        return self._stacks.in_callback(thread, bee)
