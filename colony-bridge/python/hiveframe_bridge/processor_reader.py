"""Reads an ``EnhancedStreamProcessor``: windows, watermark, checkpoints. It has no bees; records are counted in its registry."""

from __future__ import annotations

from typing import Any

from .sampling import AsideThread, RunningTotals, Sample, items_of
from .wire import Json, describe_error, epoch_ms, finite, name_of, now_ms


class ProcessorReader:
    """Reads one ``EnhancedStreamProcessor``."""

    def __init__(self, processor: Any, name: str) -> None:
        self._processor = processor
        self._name = name
        self._totals = RunningTotals()
        self._aside = AsideThread()

    def watch(self, _prefix: str) -> None:
        """Its state is never replaced."""

    def read(self, sample: Sample) -> None:
        processor = self._processor
        name = sample.id(self._name)
        labels = (("stream", name),)
        state: Json = {"id": name, "name": name, "status": "running"}
        windows: Json = {"open": len(processor._window_state)}
        number = sample.number
        number("stream_windows_open", windows["open"], labels=labels, text="Windows that wait for more records")
        # The counters are made with the first record.
        if getattr(processor, "_metrics_initialized", False):
            for attribute, metric, window in (
                ("_records_processed", "stream_records_total", None),
                ("_late_records", "stream_late_records_total", "late"),
                ("_windows_triggered", "stream_windows_fired_total", "fired"),
            ):
                counter = getattr(processor, attribute, None)
                counted = (finite(value) for _, value in items_of(getattr(counter, "_values", {})))
                total = self._totals.rise(metric, counter, sum(value for value in counted if value is not None))
                number(metric, total, "counter", labels)
                if window:
                    windows[window] = max(0, int(total))
            sample.names.add("stream_records_total")
        state["windows"] = windows
        watermark = epoch_ms(getattr(processor._current_watermark, "timestamp", 0))
        if watermark is not None:
            state["watermark"] = watermark
            number("stream_lag_seconds", (now_ms() - watermark) / 1000, labels=labels, text="Clock minus watermark")
            sample.names.add("stream_lag_seconds")
        late = getattr(processor, "_late_data", None)
        if late is not None:
            number("stream_late_buffer", len(late), labels=labels, text="Late records set aside")
        backend = getattr(processor, "_state_backend", None)
        try:
            # A backend of the program's own may take long.
            checkpoint = self._aside.ask(backend.get_latest_checkpoint) if backend is not None else None
            if checkpoint is not None:
                state["checkpoint"] = {"id": name_of(checkpoint.checkpoint_id), "status": "completed"}
                ended = epoch_ms(checkpoint.timestamp)
                if ended is not None:
                    state["checkpoint"]["endedAt"] = ended
        except Exception as error:
            sample.left_out("checkpoints", describe_error(error))
        sample.part("streams").append(state)
