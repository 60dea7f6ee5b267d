"""Where to open sites that can carry only so much: capacitated location, solved with a proof."""

from knutpunkt.engines.location.capacity.certificate import Multipliers, capacitated_bound
from knutpunkt.engines.location.capacity.errors import (
    AmountInvalid,
    CountImpossible,
    LoadRangeEmpty,
    MultipliersInvalid,
    ServingCostInvalid,
    SiteForcedAndExcluded,
)
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion
from knutpunkt.engines.location.capacity.reasons import Reason
from knutpunkt.engines.location.capacity.solution import ENGINE_VERSION, CapacitatedSolution
from knutpunkt.engines.location.capacity.solve import solve_capacitated

__all__ = [
    "ENGINE_VERSION",
    "AmountInvalid",
    "CapacitatedQuestion",
    "CapacitatedSolution",
    "CountImpossible",
    "LoadRangeEmpty",
    "Multipliers",
    "MultipliersInvalid",
    "Reason",
    "ServingCostInvalid",
    "SiteForcedAndExcluded",
    "capacitated_bound",
    "solve_capacitated",
]
