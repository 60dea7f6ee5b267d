"""The list of programmes, and what a new one can be opened from."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.mandates.models import Mandate
from knutpunkt.planning.selectors import plan_runs
from knutpunkt.programme.drafting import ORDERING
from knutpunkt.programme.models import Programme
from knutpunkt.programme.pages.words import day, moment, said

Origins = list[tuple[str, list[tuple[str, str]]]]
SHOWN_PLANS = 20


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme in the list."""

    title: str
    href: str
    started: str
    slots: int
    opened: int
    manager: str


def programme_lines() -> tuple[ProgrammeLine, ...]:
    """All programmes, those that started last first: one query."""
    standing = Q(slots__dropped_on=None)
    opened = standing & Q(slots__projects__opened_to_public__isnull=False)
    rows = Programme.objects.annotate(
        standing=Count("slots", filter=standing, distinct=True),
        opened=Count("slots", filter=opened, distinct=True),
    )
    return tuple(
        ProgrammeLine(
            title=said(row, "title"),
            href=reverse("programme:portfolio", args=[row.key]),
            started=day(row.starts_on),
            slots=row.standing,
            opened=row.opened,
            manager=row.manager,
        )
        for row in rows
    )


def origins() -> Origins:
    """Commissions that order offices and have no programme yet, and finished plans: two queries."""
    free = Mandate.objects.filter(clauses__type__in=ORDERING, clauses__facts_held=True)
    titles = {
        row.slug: said(row, "title")
        for row in free.filter(programmes=None).distinct().order_by("-decided_earliest", "slug")
    }
    plans = [
        (f"study:{run.pk}", f"{titles[run.question['mandate_slug']]}, {moment(run.requested_at)}")
        for run in plan_runs(finished=True).order_by("-requested_at")[:SHOWN_PLANS]
        if run.question["mandate_slug"] in titles and "sites" in (run.result or {})
    ]
    commissions = [(f"mandate:{slug}", f"{title} ({slug})") for slug, title in titles.items()]
    found = [(_("Finished plans"), plans), (_("Commissions"), commissions)]
    return [(title, choices) for title, choices in found if choices]
