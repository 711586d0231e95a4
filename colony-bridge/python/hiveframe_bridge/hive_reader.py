"""Reads a ``HiveFrame``: its bees, the partitions they work on, and their dances as completed tasks."""

from __future__ import annotations

import os
import time
from typing import Any

from .colony_reader import ColonyReader, role_of, without_result
from .sampling import RunningTotals, Sample, copied, first_workers, newest_values
from .stacks import Stacks
from .wire import Event, Json, Labels, describe_error, dumps, name_of

#: Bounds of one sample, so that a colony of any size costs about the same.
MOST_TASK_ENDS = 2_000
MOST_PARTITIONS = 100_000
MOST_WORKERS = 20_000
#: Seconds without a dance after which the threads' stacks tell who is busy.
JOB_IDLE = 5.0
#: Dances of one floor that are looked at, and seconds within which a dance may be added after a later one.
DANCES_PER_PARTITION = 50
LATE_DANCES = 5.0


class HiveReader:
    """Reads a ``HiveFrame``, which makes a new colony of bees for every job."""

    def __init__(self, hive: Any, labels: Labels) -> None:
        self._hive = hive
        self._labels = labels
        self._reader = ColonyReader()
        self._completed = RunningTotals()
        self._by_worker: dict[str, float] = {}
        self._colony: Any = None
        self._bees: list[Any] = []
        self._progress = (-1.0, 0.0)
        #: Dances of the last seconds that were reported: by worker, partition and instant.
        self._danced: dict[tuple[str, str, float], None] = {}
        self._horizon = time.time()
        self._ended: list[Event] = []
        self._without_result = 0
        #: Completed tasks that are not listed: reason and count.
        self._unlisted: list[tuple[str, int]] = []

    def watch(self, prefix: str) -> None:
        """Called a few times a second: reads the end of a job that another has followed."""
        colony = getattr(self._hive, "colony", None)
        if colony is not self._colony:
            if self._colony is not None:
                self._collect(prefix)
            self._colony = colony
            self._bees = []
        if colony is not None and not self._bees:
            self._find_bees()

    def read(self, sample: Sample) -> None:
        self.watch(sample.prefix)
        colony = self._colony
        workers = sample.part("workers")
        tasks = sample.part("tasks")
        wanted = getattr(self._hive, "num_workers", None)
        if wanted is not None:
            sample.number("num_workers", wanted, text="Bees the next job will have")
        if colony is None:
            # There is no colony before the first job.
            sample.state["queued"] = 0
            return
        self._reader.read(colony, sample, self._labels)
        self._collect(sample.prefix)
        sources = len(colony.food_sources)
        danced = len(colony.dance_floor.dances)
        busy = self._busy(sources, danced)
        for bee in first_workers(self._bees, MOST_WORKERS, sample):
            try:
                self._bee(bee, id(bee) in busy, sample, workers, tasks)
            except Exception as error:
                sample.left_out("workers", describe_error(error))
        active = len(tasks)
        self._add_totals(sample)
        for reason, count in self._unlisted:
            sample.left_out_event("completed tasks", reason, count)
        self._unlisted = []
        if danced > MOST_PARTITIONS:
            reason = "only the newest %d of the job's partitions are followed" % MOST_PARTITIONS
            sample.left_out("partitions", reason, danced - MOST_PARTITIONS)
        sample.events += self._ended
        self._ended = []
        waiting = max(0, sources - danced - active) if busy else 0
        sample.state["queued"] = waiting
        text = "Partitions without a dance yet; approximate, because several bees may take the same one"
        sample.number("tasks_queued", waiting, text=text)
        sample.names.update(("tasks_queued", "tasks_completed"))
        sample.number("tasks_running", active, text="Bees that work on a partition")

    def _bee(self, bee: Any, busy: bool, sample: Sample, workers: list[Json], tasks: list[Json]) -> None:
        key = sample.id(bee.worker_id)
        source = bee.current_source
        # A bee keeps its last partition after the job.
        at_work = busy and source is not None
        worker: Json = {"id": key, "status": "busy" if at_work else "idle", "pid": os.getpid()}
        role = role_of(bee)
        if role:
            worker["role"] = role
        labels = (("worker", key),)
        task = name_of("%s: %s" % (bee.worker_id, source.partition_id)) if at_work else ""
        if at_work:
            worker["tasks"] = [task]
        load = self._colony.temperature.get(bee.worker_id) if hasattr(self._colony.temperature, "get") else None
        workers.append(worker)
        if at_work:
            tasks.append({"id": task, "name": "partition", "status": "running", "worker": key})
        sample.number("tasks_active", int(at_work), labels=labels, text="Partitions the bee is working on")
        if load is not None:
            sample.number("worker_temperature", load, labels=labels, unit="seconds", text="Duration of its newest task")

    def _add_totals(self, sample: Sample) -> None:
        for worker, total in self._by_worker.items():
            text = "Partitions with a dance of the bee, over all jobs"
            sample.number("tasks_completed", total, "counter", (("worker", worker),), text=text)
        text = "Dances over all jobs, those of quality 0 too"
        sample.number("waggle_dances_total", self._completed.sum(), "counter", self._labels, text=text)
        text = "Partitions without a value: HiveFrame does not report whether they failed"
        sample.number("tasks_without_result", self._without_result, "counter", self._labels, text=text)
        sample.names.add("waggle_dances_total")

    def _busy(self, sources: int, danced: int) -> set[int]:
        """The ``id()`` of each bee that may work on a partition. HiveFrame has no flag for a running job: one runs while partitions without
        a dance remain and dances arrive. When none has arrived for a while, the threads' stacks show which bees work."""
        done = self._completed.sum()
        now = time.monotonic()
        if self._progress[0] != done:
            self._progress = (done, now)
        if danced >= sources:
            return set()
        everyone = {id(bee) for bee in self._bees}
        if now - self._progress[1] < JOB_IDLE:
            return everyone
        stacks = Stacks()
        found = stacks.at_work(self._bees)
        # The job runs and no bee's method does: the work is done elsewhere, such as in another process.
        return found or (everyone if stacks.runs(type(self._hive)) else found)

    def _collect(self, prefix: str) -> None:
        """Counts the results of this job's bees, and takes their dances as completed tasks."""
        for bee in self._bees:
            try:
                worker = name_of(prefix + str(bee.worker_id))
                self._by_worker[worker] = self._completed.rise(worker, bee, len(bee.results))
            except Exception:  # Counted as left out where the bee is read.
                continue
        self._take_dances(prefix)

    def _find_bees(self) -> None:
        """Bees are made after their colony and replaced after it, so those of another colony are of another job."""
        bees = copied(getattr(self._hive, "bees", None) or [])
        self._bees = [bee for bee in bees if getattr(bee, "colony", None) is self._colony]

    def _take_dances(self, prefix: str) -> None:
        floors = getattr(getattr(self._colony, "dance_floor", None), "dances", None)
        if not floors:
            return
        newest = self._horizon
        oldest = self._horizon - LATE_DANCES
        found: list[tuple[float, Event]] = []
        for floor in newest_values(floors, MOST_PARTITIONS):
            try:
                for dance in reversed(copied(floor[-DANCES_PER_PARTITION:])):
                    at = dance.timestamp
                    if not at > oldest:
                        break
                    key = (dance.worker_id, dance.partition_id, at)
                    if key in self._danced:
                        continue
                    self._danced[key] = None
                    newest = max(newest, at)
                    found.append((at, self._end(dance, prefix)))
                    self._without_result += without_result(dance)
            except Exception as error:
                self._unlisted.append((describe_error(error), 1))
        found.sort(key=lambda each: each[0])
        room = max(0, MOST_TASK_ENDS - len(self._ended))
        self._ended += [end for _, end in found[:room]]
        if len(found) > room:
            self._unlisted.append(("more than %d came in one interval" % MOST_TASK_ENDS, len(found) - room))
        self._horizon = newest
        self._danced = {key: None for key in self._danced if key[2] > newest - LATE_DANCES}

    @staticmethod
    def _end(dance: Any, prefix: str) -> Event:
        """A dance as a completed task. A task that raised has a dance of quality 0 without a result, and so has one that returned None:
        HiveFrame catches the exception, so the two look the same."""
        ended = int(dance.timestamp * 1000)
        took = max(0, int(float(dance.processing_time) * 1000))
        worker = name_of(prefix + str(dance.worker_id))
        head = {
            "type": "taskEnd",
            "id": name_of("%s: %s" % (dance.worker_id, dance.partition_id)),
            "name": "partition",
            "status": "no_result" if without_result(dance) else "completed",
            "worker": worker,
        }
        return [dumps(head)[:-1] + ',"startedAt":', max(0, ended - took), ',"endedAt":', ended, "}"]
