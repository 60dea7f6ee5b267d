"""Nobody too far away: the least greatest cost (p-center) and the fewest sites within a radius."""

from knutpunkt.engines.location.center.answer import Answer
from knutpunkt.engines.location.center.covering import solve_covering
from knutpunkt.engines.location.center.errors import (
    RadiusInvalid,
    SiteCountInvalid,
    SiteMaskWrong,
    SiteUnknown,
)
from knutpunkt.engines.location.center.proof import (
    Branch,
    Leaf,
    Proof,
    check_center_proof,
    check_covering_proof,
)
from knutpunkt.engines.location.center.search import solve_center

__all__ = [
    "Answer",
    "Branch",
    "Leaf",
    "Proof",
    "RadiusInvalid",
    "SiteCountInvalid",
    "SiteMaskWrong",
    "SiteUnknown",
    "check_center_proof",
    "check_covering_proof",
    "solve_center",
    "solve_covering",
]
