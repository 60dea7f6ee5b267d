"""Figures of any period, counted from the event log.

What needs numpy is imported when a figure is asked for, so that a process which gives out numbers
does not load it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from knutpunkt.reception.counting.figure import GROUPINGS, Figure, Figures, Group, VisitCounts
from knutpunkt.reception.counting.suppression import published

__all__ = ["GROUPINGS", "Figure", "Figures", "Group", "VisitCounts", "figures", "published",
           "visits_by_office"]  # fmt: skip


def figures(
    first: date, last: date, *, offices: Collection[str] | None = None, group_by: str = ""
) -> Figures:
    """Every figure of a period: visits, errands, people, waits, outcomes, unnecessary demand.

    Parameters
    ----------
    first, last
        Days, both counted. Today is always counted straight from the events.
    offices
        Their keys; the whole network when nothing is said.
    group_by
        One of ``GROUPINGS``, or nothing.

    Returns
    -------
    Figures
        Four queries where months are kept, and a few more for each office with later events.
        Not for the public as it is: see :func:`published`.

    Raises
    ------
    OfficeUnknown, ValueNotAllowed
        When an office is not on record or the grouping is none.
    """
    from knutpunkt.reception.counting.counted import figures_counted

    return figures_counted(first, last, offices=offices, group_by=group_by)


def visits_by_office(first: date, last: date) -> dict[str, VisitCounts]:
    """Visits, errands and people of every office that had any, by its key.

    See :func:`figures` for what they mean and cost.
    """
    from knutpunkt.reception.counting.counted import visits_counted

    return visits_counted(first, last)
