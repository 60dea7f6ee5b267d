"""Offices the register already knows for the slots of a programme."""

from __future__ import annotations

from collections.abc import Iterable

from knutpunkt.core import clock
from knutpunkt.mandates.selectors.attributions import attributions
from knutpunkt.mandates.selectors.views import AttributionView
from knutpunkt.mandates.verdicts import Opening
from knutpunkt.network.models import Office
from knutpunkt.network.selectors import Register
from knutpunkt.programme.models import Project

Known = tuple[AttributionView, Opening]


def tie_known_offices(projects: Iterable[Project]) -> int:
    """Tie projects that open offices to those the register attributes to their clause and place.

    An opening that is exactly dated and past is also the day the project opened its office.
    Returns how many were tied.
    """
    waiting = [project for project in projects if project.office_id is None]
    if not waiting:
        return 0
    taken = set(Project.objects.exclude(office=None).values_list("office__key", flat=True))
    known = [pair for pair in _attributed() if pair[0].office not in taken]
    tied = 0
    for project in waiting:
        found = next((pair for pair in known if _is_for(project, pair[0])), None)
        if found is not None:
            known.remove(found)
            _tie(project, found)
            tied += 1
    return tied


def _attributed() -> list[Known]:
    register = Register(known_on=None)
    return attributions(register, register.on(clock.today()))


def _is_for(project: Project, view: AttributionView) -> bool:
    slot = project.slot
    clause = slot.clause
    same_clause = clause is not None and (clause.mandate.slug, clause.key) == (
        view.mandate,
        view.clause,
    )
    return same_clause and slot.municipality_id == view.municipality_code


def _tie(project: Project, known: Known) -> None:
    view, opening = known
    project.office = Office.objects.get(key=view.office)
    first, last = opening.opened.window
    if view.opened == "yes" and first == last:
        project.opened_to_public = first
    project.save(update_fields=["office", "opened_to_public"])
