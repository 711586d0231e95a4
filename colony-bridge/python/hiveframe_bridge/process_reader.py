"""Reads the process, and a ``ColonyHealthMonitor``."""

from __future__ import annotations

import os
import time
from typing import Any, Optional

from .sampling import Sample, copied
from .wire import cut


class ProcessReader:
    """Reads CPU and memory of the process: bees are threads and have none of their own."""

    def __init__(self) -> None:
        self._before = (time.monotonic(), time.process_time())
        try:
            self._page = os.sysconf("SC_PAGE_SIZE")
            self._memory = self._page * os.sysconf("SC_PHYS_PAGES")
        except (AttributeError, OSError, ValueError):
            self._page = self._memory = 0

    def watch(self, _prefix: str) -> None:
        """Needs no reading between samples."""

    def read(self, sample: Sample) -> None:
        wall, cpu = time.monotonic(), time.process_time()
        passed = wall - self._before[0]
        if passed > 0:
            percent = round(100 * (cpu - self._before[1]) / passed, 1)
            text = "CPU time of the process with all its threads; 100 is one core"
            sample.number("cpu_percent", percent, unit="percent", text=text)
        self._before = (wall, cpu)
        resident = self._resident()
        if resident:
            text = "Memory of the colony's process; its bees are threads and have none of their own"
            sample.number("memory_mb", round(resident / 1e6, 1), unit="megabytes", text=text)
            if self._memory:
                text = "Memory of the process, of what the machine has"
                sample.number("memory_percent", round(100 * resident / self._memory, 2), unit="percent", text=text)

    def _resident(self) -> Optional[int]:
        try:
            with open("/proc/self/statm", "rb") as file:
                return int(file.read().split()[1]) * self._page
        except (OSError, IndexError, ValueError):
            return None


class MonitorReader:
    """Reads a ``ColonyHealthMonitor``, whose verdict the dashboard shows."""

    def __init__(self, monitor: Any) -> None:
        self._monitor = monitor

    def watch(self, _prefix: str) -> None:
        """Needs no reading between samples."""

    def read(self, sample: Sample) -> None:
        history = copied(getattr(self._monitor, "_history", ()))
        if not history:
            return
        report = history[-1]
        if report.overall_status in ("healthy", "degraded", "unhealthy"):
            health = {"status": report.overall_status}
            if report.alerts:
                health["reason"] = cut("; ".join(str(alert) for alert in report.alerts[:5]), 2_000)
            sample.state["health"] = health
