"""Local day and hour of many instants at once."""

from __future__ import annotations

from datetime import datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

HOUR = 3_600_000  # milliseconds
Ints = NDArray[np.int64]


def local_day_and_hour(at: Ints, zone: tzinfo) -> tuple[Ints, Ints]:
    """Day (ordinal, as ``date.toordinal``) and hour on the wall at each instant.

    Parameters
    ----------
    at
        Milliseconds since 1970-01-01T00:00Z.
    zone
        A zone whose clock is put on or back on the hour of UTC, as all of Europe's are.
    """
    hours, place = np.unique(at // HOUR, return_inverse=True)
    local = [datetime.fromtimestamp(hour * 3600, zone) for hour in hours.tolist()]
    days = np.array([moment.toordinal() for moment in local], dtype=np.int64)
    clock = np.array([moment.hour for moment in local], dtype=np.int64)
    return days[place], clock[place]
