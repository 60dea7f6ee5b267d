"""Figures of a period: what is asked for, gathered and tallied."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np

from knutpunkt.network.models import Office, Service
from knutpunkt.reception.counting import tally
from knutpunkt.reception.counting.definitions import DURATION_FIGURES
from knutpunkt.reception.counting.figure import (
    GROUPINGS,
    Figure,
    Figures,
    Group,
    VisitCounts,
)
from knutpunkt.reception.counting.gather import errands_of
from knutpunkt.reception.errors import OfficeUnknown, ValueNotAllowed


def figures_counted(
    first: date, last: date, *, offices: Collection[str] | None = None, group_by: str = ""
) -> Figures:
    """Count every figure of a period; the selector ``figures`` says what is given back."""
    if group_by and group_by not in GROUPINGS:
        raise ValueNotAllowed(field="group_by", value=group_by, allowed=GROUPINGS)
    keys = _office_keys(offices)
    own = {"office", "day", "authority", "service", "month"}
    names = (*tally.NEEDED, *({group_by} - own - {""}))
    wanted = None if offices is None else keys
    table = errands_of(first, last, offices=wanted, names=names)
    services = {
        str(pk): (authority, slug)
        for pk, authority, slug in Service.objects.values_list("pk", "authority_id", "slug")
    }

    def grouped(by: str) -> tally.Grouping:
        return tally.grouping(table, by, office_keys=keys, services=services)

    authorities = grouped("authority")
    total = tally.groups(table, grouped(""))
    return Figures(
        first,
        last,
        None if offices is None else tuple(sorted(offices)),
        group_by,
        total[0] if total else _nothing(),
        tally.groups(table, authorities if group_by == "authority" else grouped(group_by))
        if group_by
        else (),
        tally.sent_on(table, authorities),
        tally.solvable(table, authorities),
        int(table.columns["simulated"].sum()),
    )


def _office_keys(offices: Collection[str] | None) -> dict[int, str]:
    known = Office.objects.all() if offices is None else Office.objects.filter(key__in=offices)
    keys: dict[int, str] = dict(known.values_list("pk", "key"))
    for missing in sorted(set(offices or ()) - set(keys.values())):
        raise OfficeUnknown(office=missing)
    return keys


def _nothing() -> Group:
    counts = ("visits", "errands", "people", "left_before_call", "no_show", "sent_on")
    found = {name: Figure(name, 0) for name in (*counts, *DURATION_FIGURES)}
    found |= {key: Figure(key, None) for keys in DURATION_FIGURES.values() for key in keys}
    return Group("", found, {})


def visits_counted(first: date, last: date) -> dict[str, VisitCounts]:
    """Visits, errands and people of every office that had any, by its key."""
    keys = _office_keys(None)
    table = errands_of(first, last, names=tally.NEEDED)
    by = tally.grouping(table, "office", office_keys=keys, services={})
    days = np.unique(by.places.astype(np.int64) << 32 | table.columns["day"]) >> 32
    open_on = np.bincount(days, minlength=len(by.keys))
    return {
        group.key: VisitCounts(
            group.figures["visits"].value or 0,
            group.figures["errands"].value or 0,
            group.figures["people"].value or 0,
            int(open_on[by.keys.index(group.key)]),
        )
        for group in tally.groups(table, by)
    }
