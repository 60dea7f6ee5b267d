"""The quantile curve of a slot, as it is stored so that it can be scored later."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from knutpunkt.engines.schedule.quantiles import Quantiles
from knutpunkt.engines.schedule.simulation import Simulation

#: 1 % to 99 %.
LEVELS: Final = tuple(percent / 100 for percent in range(1, 100))
#: Later than this many days after the forecast is as good as never.
HORIZON: Final = 10 * 366


def curve_of(simulation: Simulation, project: str) -> tuple[float | None, ...]:
    """Moments at the levels 1 to 99 %; None: never."""
    return tuple(
        round(moment, 3) if math.isfinite(moment) else None
        for moment in simulation.quantiles(project, LEVELS)
    )


def day_of(moment: float | None, *, as_of: date) -> date | None:
    """Day at whose end something has happened; None for never and beyond the horizon."""
    if moment is None or not math.isfinite(moment):
        return None
    ordinal = math.ceil(moment - 1e-6) - 1
    if not 1 <= ordinal <= as_of.toordinal() + HORIZON:
        return None
    return date.fromordinal(ordinal)


def quantiles_of(result: Mapping[str, Any], slot: str, *, widened: bool) -> Quantiles | None:
    """Read a stored curve; ``widened`` False gives the one before any widening."""
    stored: Sequence[float | None] | None = result.get("curves", {}).get(slot)
    if not stored:
        return None
    moments = tuple(math.inf if moment is None else moment for moment in stored)
    record = result.get("record") or {}
    factor = float(record.get("widened_by", 1.0))
    if widened or factor <= 1:
        return Quantiles(LEVELS, moments)
    median = moments[LEVELS.index(0.5)]
    if not math.isfinite(median):
        return Quantiles(LEVELS, moments)
    return Quantiles(LEVELS, tuple(median + (moment - median) / factor for moment in moments))
