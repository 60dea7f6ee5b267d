"""Nobody too far away: the least greatest cost (p-center) and the fewest sites within a radius."""

from knutpunkt.engines.location.answer import Answer
from knutpunkt.engines.location.center.covering import covering_answered, solve_covering
from knutpunkt.engines.location.center.errors import (
    RadiusInvalid,
    SiteCountInvalid,
    SiteMaskWrong,
    SiteUnknown,
)
from knutpunkt.engines.location.center.proof import center_proof_holds, covering_proof_holds
from knutpunkt.engines.location.center.search import center_answered, solve_center
from knutpunkt.engines.location.center.terms import Search, Terms
from knutpunkt.engines.location.covers import Branch, Leaf, Proof

__all__ = [
    "Answer",
    "Branch",
    "Leaf",
    "Proof",
    "RadiusInvalid",
    "Search",
    "SiteCountInvalid",
    "SiteMaskWrong",
    "SiteUnknown",
    "Terms",
    "center_answered",
    "center_proof_holds",
    "covering_answered",
    "covering_proof_holds",
    "solve_center",
    "solve_covering",
]
