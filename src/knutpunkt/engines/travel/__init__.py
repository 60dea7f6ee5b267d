"""Travel times between demand points and sites, each with its provenance."""

from knutpunkt.engines.travel.errors import (
    CoordinateMissing,
    CoordinateOutOfRange,
    CoordinatesMisshapen,
    DetourTooShort,
    SpeedNotPositive,
    TravelRefused,
)
from knutpunkt.engines.travel.source import TravelSource, TravelTimes
from knutpunkt.engines.travel.straight_line import great_circle_kilometres, straight_line_minutes

__all__ = [
    "CoordinateMissing",
    "CoordinateOutOfRange",
    "CoordinatesMisshapen",
    "DetourTooShort",
    "SpeedNotPositive",
    "TravelRefused",
    "TravelSource",
    "TravelTimes",
    "great_circle_kilometres",
    "straight_line_minutes",
]
