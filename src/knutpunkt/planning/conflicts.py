"""Why no plan is possible, in words."""

from __future__ import annotations

from collections.abc import Sequence

from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.errors import NoPlanPossible
from knutpunkt.planning.figures import both
from knutpunkt.planning.problem import Case, Rule, metres_allowed


def no_plan_possible(case: Case, names: Sequence[str]) -> NoPlanPossible:
    """Name the clauses that cannot hold together, or the one that cannot hold at all.

    Parameters
    ----------
    case
        The question.
    names
        Rules the engine found in conflict.
    """
    rules = [rule for rule in case.rules if rule.name in names]
    hopeless = [rule for rule in rules if len(rule.sites) < rule.at_least]
    reasons = [_hopeless(case, rule) for rule in hopeless] if hopeless else [_together(case, rules)]
    said = (" ".join(sv for sv, _ in reasons), " ".join(en for _, en in reasons))
    clauses = dict.fromkeys(rule.clause for rule in hopeless or rules)
    return NoPlanPossible(conflicts=tuple(clauses), said=said)


def _hopeless(case: Case, rule: Rule) -> Both:
    term = case.material.term(rule.clause)
    where_sv = f" i {rule.municipality[1]}" if rule.municipality else ""
    where_en = f" in {rule.municipality[1]}" if rule.municipality else ""
    there = len(rule.sites)
    if term.type != "adjacent_area":
        return (
            (
                f"{rule.clause}: {rule.at_least} kontor begärs men {there} tänkbara platser finns"
                f"{where_sv}."
            ),
            (
                f"{rule.clause}: {rule.at_least} wanted, but {there} candidate places are on record"
                f"{where_en}."
            ),
        )
    if term.areas is None:
        return (
            f"{rule.clause}: ingen upplaga av områdeslistan finns här med områdenas läge.",
            f"{rule.clause}: no edition of the area list is held with the areas' positions.",
        )
    metres_sv, metres_en = both(metres_allowed(term, case.adjacent_metres))
    edition = term.areas.edition.slug
    return (
        (
            f"{rule.clause}: {there} tänkbara platser{where_sv} ligger högst {metres_sv} m från "
            f"ett område i {edition}; {rule.at_least} begärs."
        ),
        (
            f"{rule.clause}: {there} candidate places{where_en} lie within {metres_en} m of an "
            f"area of {edition}; {rule.at_least} wanted."
        ),
    )


def _together(case: Case, rules: Sequence[Rule]) -> Both:
    named = ", ".join(
        f"{rule.clause} ({rule.municipality[1]})" if rule.municipality else rule.clause
        for rule in rules
    )
    count = case.problem.new_sites
    return (
        f"{count} nya kontor kan inte uppfylla dessa villkor samtidigt: {named}.",
        f"{count} new offices cannot obey these clauses at once: {named}.",
    )
