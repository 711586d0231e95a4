"""Chooses the reader of each object that the program attaches."""

from __future__ import annotations

import itertools
import sys
from typing import Any, Iterable, Mapping

from .hive_reader import HiveReader
from .process_reader import MonitorReader, ProcessReader
from .processor_reader import ProcessorReader
from .registry_reader import RegistryReader
from .stream_reader import StreamReader
from .wire import Labels


def readers_of(hive: Any, stream: Any, registry: Any, health: Any) -> list[Any]:
    """Raises ValueError if there is nothing to read, TypeError for an object of another kind."""
    objects: list[tuple[str, Any]] = [] if hive is None else [(default_name(hive), hive)]
    objects += named_streams(stream)
    taken: set[str] = set()
    readers = [reader_of(each, unique(name, taken), len(objects) > 1) for name, each in objects]
    found = registry if registry is not None else registry_of(each for _, each in objects)
    if not readers and found is None:
        raise ValueError("nothing to show: pass a HiveFrame, a stream or a registry")
    if health is not None:
        readers.append(MonitorReader(health))
    readers.append(ProcessReader())
    if found is not None:
        readers.append(RegistryReader(found))
    return readers


def reader_of(thing: Any, name: str, several: bool) -> Any:
    """Objects are recognised by their attributes, so a program's subclass or stand-in will do.

    ``several``: one of several colonies, whose metrics get a label with its name.
    """
    labels: Labels = (("colony", name),) if several else ()
    if is_hive(thing):
        return HiveReader(thing, labels)
    if hasattr(thing, "workers") and hasattr(thing, "buffer") and hasattr(thing, "colony"):
        return StreamReader(thing, name, labels)
    if hasattr(thing, "_window_state") and hasattr(thing, "_current_watermark"):
        return ProcessorReader(thing, name)
    raise TypeError("cannot attach to a %s; pass a HiveFrame, a HiveStream or an EnhancedStreamProcessor" % type(thing).__name__)


def is_hive(thing: Any) -> bool:
    return hasattr(thing, "bees") and hasattr(thing, "colony")


def default_name(thing: Any) -> str:
    """The name in HiveFrame's own examples."""
    return "hive" if is_hive(thing) else "processor" if hasattr(thing, "_window_state") else "hivestream"


def named_streams(stream: Any) -> list[tuple[str, Any]]:
    if stream is None:
        return []
    if isinstance(stream, Mapping):
        return [(str(name), each) for name, each in stream.items()]
    several = stream if isinstance(stream, (list, tuple)) else [stream]
    return [(default_name(each), each) for each in several]


def unique(name: str, taken: set[str]) -> str:
    found = name
    for number in itertools.count(2):
        if found not in taken:
            break
        found = "%s-%d" % (name, number)
    taken.add(found)
    return found


def registry_of(objects: Iterable[Any]) -> Any:
    """The registry of a stream processor, else HiveFrame's own if the program has loaded it."""
    for each in objects:
        own = getattr(each, "_metrics_registry", None)
        if own is not None:
            return own
    module = sys.modules.get("hiveframe.monitoring.metrics") or sys.modules.get("hiveframe.monitoring")
    default = getattr(module, "get_registry", None)
    return default() if callable(default) else None
