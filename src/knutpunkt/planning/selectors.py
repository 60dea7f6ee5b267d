"""Reads for the pages of planning: what can be planned, and what has been."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from knutpunkt.core.models import Run
from knutpunkt.core.runs import RunUnknown, run_get
from knutpunkt.mandates.models import Clause, Mandate
from knutpunkt.network.models import OpeningBalance
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.services import RUN_KIND

ABOUT_PLACES = ("named", "quota", "adjacent_area")


@dataclass(frozen=True, slots=True)
class SitingMandate:
    """A mandate that speaks of places, the clauses that do, and why it cannot be planned for."""

    mandate: Mandate
    clauses: tuple[Clause, ...]
    obstacle: str


def siting_mandates() -> list[SitingMandate]:
    """Every mandate that speaks of places; first those that can be planned for, then the latest.

    Three queries, and three for each.
    """
    found = []
    rows = Mandate.objects.order_by("-decided_earliest", "-slug")
    for mandate in rows.prefetch_related("clauses__members"):
        clauses = tuple(c for c in mandate.clauses.all() if c.type in (*ABOUT_PLACES, "at_least"))
        if any(clause.type in ABOUT_PLACES for clause in clauses):
            found.append(SitingMandate(mandate, clauses, _obstacle(mandate, clauses)))
    return sorted(found, key=lambda one: bool(one.obstacle))


def plan_runs(*, finished: bool = False) -> QuerySet[Run]:
    """Runs that make plans, latest first; with ``finished`` only those with a result."""
    runs = Run.objects.filter(kind=RUN_KIND)
    return runs.filter(state="done") if finished else runs


def plan_run(run: uuid.UUID) -> Run:
    """Read a run that makes a plan: one query.

    Raises
    ------
    RunUnknown
        When there is none with this number.
    """
    found = run_get(run)
    if found.kind != RUN_KIND:
        raise RunUnknown(run=run)
    return found


def titles_by_mandate(language: str) -> dict[str, Any]:
    """Titles of all mandates by key: one query."""
    return dict(Mandate.objects.values_list("slug", f"title_{language}"))


def _obstacle(mandate: Mandate, clauses: Sequence[Clause]) -> str:
    mute = [c for c in clauses if c.type in ABOUT_PLACES and not c.members.all()]
    if mute:
        return _("The municipalities of its clause “%(clause)s” are not on record.") % {
            "clause": mute[0].key
        }
    assert mandate.decided_latest is not None
    if not OpeningBalance.objects.known_on(None).filter(on__lte=mandate.decided_latest).exists():
        return _("How large the network was on %(day)s is not on record.") % {
            "day": mandate.decided_latest.isoformat()
        }
    if not DemandPoint.objects.filter(persons__gt=0).exists():
        return _("No demand points with residents are on record.")
    return ""
