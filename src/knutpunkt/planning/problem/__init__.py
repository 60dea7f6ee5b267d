"""Rows of the register to arrays of the location engine."""

from knutpunkt.planning.problem.case import Case, case_of
from knutpunkt.planning.problem.rows import Candidate, Existing, Material, Term, material_of
from knutpunkt.planning.problem.rules import (
    Rule,
    asks_each,
    counted_codes,
    is_near,
    metres_allowed,
    offices_ordered,
    rules_of,
    total_term,
)

__all__ = [
    "Candidate",
    "Case",
    "Existing",
    "Material",
    "Rule",
    "Term",
    "asks_each",
    "case_of",
    "counted_codes",
    "is_near",
    "material_of",
    "metres_allowed",
    "offices_ordered",
    "rules_of",
    "total_term",
]
