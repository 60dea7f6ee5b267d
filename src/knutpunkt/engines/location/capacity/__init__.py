"""Where to open sites that can carry only so much: capacitated location, solved with a proof."""

from knutpunkt.engines.location.capacity.certificate import Multipliers, capacitated_bound
from knutpunkt.engines.location.capacity.errors import (
    AmountInvalid,
    LoadRangeEmpty,
    MultipliersInvalid,
    TooManyPairs,
)
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion
from knutpunkt.engines.location.capacity.solve import solve_capacitated

__all__ = [
    "AmountInvalid",
    "CapacitatedQuestion",
    "LoadRangeEmpty",
    "Multipliers",
    "MultipliersInvalid",
    "TooManyPairs",
    "capacitated_bound",
    "solve_capacitated",
]
