"""The loops of covering compiled before a clock runs."""

from functools import cache

import numpy as np

from knutpunkt.engines.location.center.clients import KnownClients
from knutpunkt.engines.location.center.core import core_of
from knutpunkt.engines.location.center.decide import begun, sought
from knutpunkt.engines.location.costs import MatrixCosts

SMALL = 24


@cache
def covers_ready() -> None:
    """Reduce and search a tiny question, so that its loops are compiled or read from disk."""
    everybody = np.arange(SMALL)
    costs = MatrixCosts(np.abs(np.subtract.outer(everybody, everybody)).astype(np.float64))
    known, flags = KnownClients(costs), np.ones(SMALL, np.bool_)
    known.add(everybody, 5.0)
    core = core_of(known, limit=5.0, allowed=flags, waiting=flags)
    chosen, weight = begun(core, everybody[:1].astype(np.intp), 1)
    sought(core, chosen, weight, 1, 5, 0)
