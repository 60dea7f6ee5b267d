"""Travel times and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TravelSource:
    """How travel times were made, so that every page can say so.

    Parameters
    ----------
    method
        Stable name of the method, for files and programs: ``"straight_line"``.
    parameters
        The numbers the method was given.
    sentence
        English sentence with ``%(name)g`` places for the parameters. It is also the key
        under which a translation is looked up.
    """

    method: str
    sentence: str
    parameters: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % dict(self.parameters)


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Travel between every demand point and every site, one way.

    Parameters
    ----------
    minutes
        Travel time, shape ``(points, sites)``.
    kilometres
        Distance travelled (detour included), shape ``(points, sites)``.
    source
        How the two were made.
    """

    minutes: NDArray[np.float64]
    kilometres: NDArray[np.float64]
    source: TravelSource
