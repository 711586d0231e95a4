"""Reads a ``ColonyState``."""

from __future__ import annotations

import itertools
from typing import Any, Optional

from .sampling import Sample, copied, newest_values
from .wire import Labels, describe_error, finite, name_of

#: Partitions whose newest dances give the mean vigor.
VIGOR_PARTITIONS = 200
MOST_TRAILS = 50


class ColonyReader:
    """Reads temperature, dances, pheromones and food sources."""

    #: Listed always, as HiveFrame's own dashboard does.
    TRAILS = ("throttle", "alarm", "recruit")

    def read(self, colony: Any, sample: Sample, labels: Labels = ()) -> None:
        loads = map(finite, copied(colony.temperature.values()) if hasattr(colony, "temperature") else [])
        temperatures = [load for load in loads if load is not None]
        if temperatures:
            mean = sum(temperatures) / len(temperatures)
            text = "Mean time of the bees' newest tasks: the colony's load"
            sample.number("colony_temperature", mean, labels=labels, unit="seconds", text=text)
            sample.names.add("colony_temperature")
        self._pheromones(colony, sample, labels)
        sources = getattr(colony, "food_sources", None)
        if sources is not None:
            sample.number("food_sources", len(sources), labels=labels, text="Partitions the colony knows of")
        dances = getattr(getattr(colony, "dance_floor", None), "dances", None)
        if dances:
            vigors = (vigor_of(floor[-1]) for floor in newest_values(dances, VIGOR_PARTITIONS) if floor)
            newest = [vigor for vigor in vigors if vigor is not None]
            if newest:
                vigor = sum(newest) / len(newest)
                sample.number("dance_vigor", vigor, labels=labels, text="Mean vigor of the newest dances; above 1 is normal")

    def _pheromones(self, colony: Any, sample: Sample, labels: Labels) -> None:
        pheromones = getattr(colony, "pheromones", None)
        if pheromones is None:
            return
        levels: dict[str, list[float]] = {trail: [] for trail in self.TRAILS}
        for pheromone in copied(pheromones):
            try:
                levels.setdefault(str(pheromone.signal_type), []).append(float(pheromone.current_intensity()))
            except Exception as error:
                sample.left_out("pheromones", describe_error(error))
        if len(levels) > MOST_TRAILS:
            sample.left_out("pheromones", "there are more than %d trails" % MOST_TRAILS, len(levels) - MOST_TRAILS)
        for trail, found in itertools.islice(levels.items(), MOST_TRAILS):
            level = sum(found) / len(found) if found else 0.0
            named = tuple(sorted(labels + (("trail", name_of(trail)),)))
            sample.number("pheromone_level", level, labels=named, text="Mean intensity in the air, 0 to 1 where a bee emits it")
        sample.names.add("pheromone_level")


def without_result(dance: Any) -> bool:
    return finite(dance.quality_score) == 0 and not dance.result_size


def vigor_of(dance: Any) -> Optional[float]:
    try:
        return finite(dance.vigor)
    except Exception:  # A property.
        return None


def role_of(bee: Any) -> Optional[str]:
    role = getattr(bee, "role", None)
    found = getattr(role, "name", role)
    return name_of(str(found).lower()) if found is not None else None
