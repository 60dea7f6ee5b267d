"""What visitors come for and how it ends, by authority and service level.

Every figure here is an assumption: no office has published such shares. They are made so that each
kind of outcome appears, and are replaced by what offices measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from knutpunkt.engines.queueing.day import Chances, Habits, Kind, Outcome, chances
from knutpunkt.engines.queueing.waiting import Pace


class Service(NamedTuple):
    """A service an office offers: keys, and the level it has there."""

    authority: str
    service: str
    level: str

    @property
    def key(self) -> str:
        """Authority and service in one word."""
        return f"{self.authority}/{self.service}"


#: Weight of each authority among visits.
AUTHORITIES = {
    "forsakringskassan": 0.36,
    "skatteverket": 0.30,
    "pensionsmyndigheten": 0.11,
    "arbetsformedlingen": 0.11,
    "migrationsverket": 0.08,
    "kronofogden": 0.03,
}
OTHER_AUTHORITY = 0.03
#: Weight of a service within its authority, and its pace: mean in minutes, variation.
SERVICES = {
    "guidance": (0.45, Pace(7.5, 0.9)),
    "errands": (0.45, Pace(10.5, 0.9)),
    "declaration": (0.08, Pace(5.0, 0.8)),
    "id-card": (0.25, Pace(11.0, 0.5)),
    "identity-check": (0.12, Pace(16.0, 0.5)),
    "reception": (1.0, Pace(9.5, 1.0)),
}
OTHER_SERVICE = (0.3, Pace(9.0, 0.9))
LANGUAGES = chances(
    [("sv", 0.71), ("ar", 0.08), ("en", 0.07), ("so", 0.04), ("fa", 0.03), ("uk", 0.03),
     ("ti", 0.02), ("fi", 0.02)]
)  # fmt: skip

#: How errands end where the office decides the matter, and where it can only guide.
_FULL = {
    "solved_here": 0.80, "solved_by_guided_self_service": 0.04, "missing_document": 0.09,
    "booked_follow_up": 0.02, "wrong_place": 0.02, "aborted": 0.03,
}  # fmt: skip
_GUIDED = {
    "solved_here": 0.43, "solved_by_guided_self_service": 0.24, "referred_authority": 0.12,
    "beyond_service_level": 0.10, "missing_document": 0.05, "booked_follow_up": 0.03,
    "wrong_place": 0.01, "aborted": 0.02,
}  # fmt: skip
_BOOKED = {
    "booked_follow_up": 0.45, "solved_by_guided_self_service": 0.20, "solved_here": 0.20,
    "referred_authority": 0.08, "wrong_place": 0.04, "aborted": 0.03,
}  # fmt: skip
_BY_LEVEL = {"full": _FULL, "by-booking": _BOOKED}
_CHANNELS = {"phone": 0.5, "web": 0.25, "letter": 0.1, "visit": 0.15}
HABITS = Habits()


def kinds(services: Sequence[Service]) -> Chances[Kind]:
    """What visitors of an office come for, from what it offers."""
    weighted = []
    for one in services:
        weight, pace = SERVICES.get(one.service, OTHER_SERVICE)
        weight *= AUTHORITIES.get(one.authority, OTHER_AUTHORITY)
        weighted.append((Kind(one.key, pace, _outcomes(one), one.level), weight))
    return chances(weighted)


def _outcomes(service: Service) -> Chances[Outcome]:
    weighted: list[tuple[Outcome, float]] = []
    for code, weight in _BY_LEVEL.get(service.level, _GUIDED).items():
        if code == "referred_authority":
            weighted += [
                (Outcome(code, service.authority, channel), weight * part)
                for channel, part in _CHANNELS.items()
            ]
        elif code == "beyond_service_level":
            weighted.append((Outcome(code, missing_level="full"), weight))
        else:
            weighted.append((Outcome(code), weight))
    return chances(weighted)
