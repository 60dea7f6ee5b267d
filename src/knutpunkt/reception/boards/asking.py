"""Which figures somebody asks for: a period, an office, a grouping; read from an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception.errors import OfficeUnknown, ValueNotAllowed

GROUPS = {
    "": _("nothing"),
    "office": _("office"),
    "authority": _("authority"),
    "service": _("service"),
    "level": _("service level"),
    "language": _("language"),
    "hour": _("hour of arrival"),
    "prio_class": _("class"),
    "arrival": _("arrival"),
    "day": _("day"),
    "month": _("month"),
}
LONGEST = 800
DAY_WRITTEN = gettext_noop("a day such as 2026-04-28")


@dataclass(frozen=True, slots=True)
class Question:
    """A period with both its days, an office or all, and what to group by."""

    first: date
    last: date
    office: str
    group_by: str

    @property
    def offices(self) -> list[str] | None:
        """Keys of the offices; nothing for the whole network."""
        return [self.office] if self.office else None


def question_of(said: Mapping[str, str]) -> Question:
    """Read the question; without one, the last thirty days of the network, by day.

    Raises
    ------
    ValueNotAllowed, OfficeUnknown
        Naming what cannot be read.
    """
    today = clock.today()
    last = _day("to", said.get("to", ""), today)
    first = _day("from", said.get("from", ""), last - timedelta(days=29))
    if first > last or (last - first).days >= LONGEST:
        allowed = "a first day before the last, and at most 800 days"
        raise ValueNotAllowed(field="from", value=first, allowed=allowed)
    office = said.get("office", "")
    if office and not Office.objects.filter(key=office).exists():
        raise OfficeUnknown(office=office[:80])
    group = said.get("by", "day" if "by" not in said else "")
    if group not in GROUPS:
        raise ValueNotAllowed(field="by", value=group, allowed=tuple(filter(None, GROUPS)))
    return Question(first, last, office, group)


def in_whole_months(asked: Question) -> Question:
    """The question by months that are over, as the public may ask it.

    Days and periods of choice could be subtracted from each other until few are left; months
    that are over and never overlap cannot.
    """
    over = clock.today().replace(day=1) - timedelta(days=1)
    last = min(asked.last, over)
    last = (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    first = min(asked.first, last).replace(day=1)
    group = "month" if asked.group_by == "day" else asked.group_by
    return Question(first, last, asked.office, group)


def _day(name: str, text: str, usual: date) -> date:
    if not text:
        return usual
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueNotAllowed(field=name, value=text, allowed=DAY_WRITTEN) from None
    if not 2000 <= found.year <= 2099:  # noqa: PLR2004  # years of offices
        raise ValueNotAllowed(field=name, value=text, allowed=DAY_WRITTEN)
    return found
