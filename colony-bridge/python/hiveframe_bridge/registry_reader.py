"""Reads a ``MetricsRegistry``: names and labels are kept, histograms corrected and given quantiles."""

from __future__ import annotations

import itertools
import math
import time
from typing import Any, Mapping, NamedTuple, Optional, Sequence, cast

from .sampling import Sample, copied, items_of
from .wire import LABEL_CHARS, UNIT_SUFFIX, Labels, cut, describe_error, finite, text_of


class Alias(NamedTuple):
    """A second name for one of HiveFrame's metrics: the name that the dashboard's pages query."""

    to: str
    kind: str = "counter"
    #: Renamed labels; None removes a label, and sums the samples that differ in it alone.
    renamed: Mapping[str, Optional[str]] = {}
    #: Only samples with these labels.
    where: Mapping[str, str] = {}


#: As in colony-bridge/sources/hiveframe/mapping.ts of the dashboard.
ALIASES: Mapping[str, Sequence[Alias]] = {
    "tasks_total": (
        Alias("tasks_completed", renamed={"status": None}, where={"status": "completed"}),
        Alias("tasks_failed", renamed={"status": None}, where={"status": "failed"}),
    ),
    "queue_depth": (Alias("tasks_queued", "gauge", {"queue": None}, {"queue": "tasks"}),),
    "waggle_dance_count": (Alias("waggle_dances_total"),),
    "pheromone_level": (Alias("pheromone_level", "gauge", {"type": "trail"}),),
    "colony_temperature": (Alias("colony_temperature", "gauge"),),
    "stream_lag_seconds": (Alias("stream_lag_seconds", "gauge"),),
    "stream_records_total": (Alias("stream_records_total"),),
}
#: Histograms whose quantiles, over all labels, have a name of their own.
LATENCIES = {"task_duration_seconds": "latency", "stream_processing_latency": "stream_latency"}
QUANTILES = ((0.5, "_p50"), (0.95, "_p95"), (0.99, "_p99"))


def cumulative(counts: Sequence[float], total: float) -> list[float]:
    """A histogram's cumulative counts.

    HiveFrame stores them cumulative, and its text exposition accumulates them once more; another version may store one count a bucket.
    The reading whose last count is nearest to the total is the right one.
    """
    summed = list(itertools.accumulate(counts))
    apart = [count - before for count, before in zip(counts, [0, *counts])]
    return min((list(counts), apart, summed), key=lambda each: abs((each[-1] if each else 0) - total))


def quantile(share: float, bounds: Sequence[float], counts: Sequence[float]) -> Optional[float]:
    """Linear interpolation within the bucket, as in Prometheus. None for an empty histogram."""
    total = counts[-1] if counts else 0
    if total <= 0:
        return None
    rank = share * total
    below, floor = 0.0, 0.0
    for bound, count in zip(bounds, counts):
        if count >= rank:
            if math.isinf(bound):
                return floor or None
            return floor + (bound - floor) * (rank - below) / (count - below) if count > below else bound
        below, floor = count, bound
    return floor


class RegistryReader:
    """Reads one ``MetricsRegistry``."""

    def __init__(self, registry: Any) -> None:
        self._registry = registry
        self._before: dict[tuple[str, Labels], list[float]] = {}

    def watch(self, _prefix: str) -> None:
        """Needs no reading between samples."""

    def read(self, sample: Sample) -> None:
        before, self._before = self._before, {}
        for name, metric in items_of(getattr(self._registry, "_metrics", {})):
            try:
                kind = metric.metric_type.name
                if kind in ("COUNTER", "GAUGE"):
                    self._values(name, metric, kind.lower(), sample)
                elif kind == "HISTOGRAM":
                    self._histogram(name, metric, before, sample)
                elif kind == "SUMMARY":
                    self._summary(name, metric, sample)
            except Exception as error:
                self._left_out(name, error, sample)

    @staticmethod
    def _left_out(name: Any, error: Exception, sample: Sample) -> None:
        sample.left_out("metrics", "%s could not be read: %s" % (cut(text_of(name), 100), describe_error(error)))

    @staticmethod
    def _labels(key: Any) -> Labels:
        return tuple(sorted((str(label), cut(value, LABEL_CHARS)) for label, value in items_of(key.labels)))

    def _values(self, name: str, metric: Any, kind: str, sample: Sample) -> None:
        text = metric.help_text
        also = [each for each in ALIASES.get(self._bare(name), ()) if each.to not in sample.names and each.to != name]
        sums: dict[tuple[str, str, Labels], float] = {}
        for key, value in items_of(metric._values):
            try:
                labels = self._labels(key)
                sample.number(name, value, kind, labels, text=text)
            except Exception as error:
                self._left_out(name, error, sample)
                continue
            number = finite(value) if also else None
            for each in also if number is not None else ():
                if all(key.labels.get(label) == wanted for label, wanted in each.where.items()):
                    renamed = ((each.renamed.get(label, label), given) for label, given in labels)
                    kept = tuple(sorted((label, given) for label, given in renamed if label is not None))
                    at = (each.to, each.kind, kept)
                    sums[at] = sums.get(at, 0.0) + cast(float, number)
        for (to, as_kind, kept), total in sums.items():
            sample.number(to, total, as_kind, kept, text=text)

    def _bare(self, name: str) -> str:
        return name[len(self._prefix) :] if name.startswith(self._prefix) else name

    @property
    def _prefix(self) -> str:
        return "%s_" % getattr(self._registry, "prefix", "hiveframe")

    def _histogram(self, name: str, metric: Any, before: Mapping[tuple[str, Labels], list[float]], sample: Sample) -> None:
        bounds = [float(bound) for bound in metric.buckets]
        text = metric.help_text
        found = UNIT_SUFFIX.search(name)
        unit = found.group(1) if found else None
        overall = [0.0] * len(bounds)

        def add(key: Any, count: Any) -> list[float]:
            labels = self._labels(key)
            counts = cumulative([float(each) for each in copied(metric._bucket_counts.get(key, ()))], float(count))
            for bound, each in zip(bounds, counts):
                le = "+Inf" if math.isinf(bound) else "%g" % bound
                sample.number(name + "_bucket", each, "bucket", tuple(sorted(labels + (("le", le),))), text=text)
            sample.number(name + "_sum", metric._sums.get(key, 0), "counter", labels, unit, text)
            sample.number(name + "_count", count, "counter", labels, "", text)
            # Quantiles of the observations since the last sample, or of all if there were none.
            then = before.get((name, labels))
            self._before[(name, labels)] = counts
            recent = [now - earlier for now, earlier in zip(counts, then)] if then and len(then) == len(counts) else counts
            if not recent or recent[-1] <= 0:
                recent = counts
            self._quantiles(name, bounds, recent, labels, unit, text, sample)
            return recent

        for key, count in items_of(metric._counts):
            try:
                overall = [sum(pair) for pair in zip(overall, add(key, count))]
            except Exception as error:
                self._left_out(name, error, sample)
        to = LATENCIES.get(self._bare(name))
        if to:
            self._quantiles(to, bounds, overall, (), "seconds", text, sample)

    @staticmethod
    def _quantiles(
        name: str, bounds: list[float], counts: list[float], labels: Labels, unit: Optional[str], text: str, sample: Sample
    ) -> None:
        for share, suffix in QUANTILES:
            value = quantile(share, bounds, counts)
            if value is not None:
                sample.number(name + suffix, value, "gauge", labels, unit, text)

    def _summary(self, name: str, metric: Any, sample: Sample) -> None:
        text = metric.help_text
        cutoff = time.time() - getattr(metric, "max_age", 60.0)
        for key, count in items_of(metric._counts):
            try:
                labels = self._labels(key)
                observed = (finite(value) for at, value in copied(metric._observations.get(key, ())) if at >= cutoff)
                values = sorted(value for value in observed if value is not None)
                for share in metric.quantiles if values else ():
                    named = tuple(sorted(labels + (("quantile", "%g" % share),)))
                    sample.number(name, values[min(int(share * len(values)), len(values) - 1)], labels=named, text=text)
                sample.number(name + "_sum", metric._sums.get(key, 0), "counter", labels, text=text)
                sample.number(name + "_count", count, "counter", labels, "", text)
            except Exception as error:
                self._left_out(name, error, sample)
