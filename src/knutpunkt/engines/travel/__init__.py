"""Travel times between demand points and sites, each with its provenance."""

from knutpunkt.engines.travel.decay import Decay, offices_needed, visiting_decay
from knutpunkt.engines.travel.errors import (
    CoordinateMissing,
    CoordinateOutOfRange,
    CoordinatesMisshapen,
    DecayUnmeasured,
    DetourTooShort,
    SpeedNotPositive,
    TravelRefused,
    VisitsInvalid,
)
from knutpunkt.engines.travel.source import TravelSource, TravelTimes
from knutpunkt.engines.travel.straight_line import great_circle_kilometres, straight_line_minutes

__all__ = [
    "CoordinateMissing",
    "CoordinateOutOfRange",
    "CoordinatesMisshapen",
    "Decay",
    "DecayUnmeasured",
    "DetourTooShort",
    "SpeedNotPositive",
    "TravelRefused",
    "TravelSource",
    "TravelTimes",
    "VisitsInvalid",
    "great_circle_kilometres",
    "offices_needed",
    "straight_line_minutes",
    "visiting_decay",
]
