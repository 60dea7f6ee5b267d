"""Why one who waits stands before another, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.engines.queueing.order import Comparison
from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.errors import ErrandUnknown
from knutpunkt.reception.models import Errand, PriorityClass
from knutpunkt.reception.selectors import queue


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: how long it counts as waiting, with which weight, and what that makes."""

    ticket: str
    class_word: str
    minutes: float
    weight: float
    rank: float


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """The comparison of two who wait."""

    before: Side
    after: Side
    reason: str
    turning: str
    rule: str
    strict: bool
    grace: int
    booked: bool

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, the one called first ahead."""
        return self.before, self.after


def comparison_of(post: Post, before: str, after: str) -> ComparisonPage:
    """Compare two errands that wait.

    Raises
    ------
    ErrandUnknown
        When one of them does not wait here, or is none of the person's.
    """
    one, other = _key(before), _key(after)
    concerned = Errand.objects.filter(pk__in=(one, other), office=post.office)
    kinds = dict(concerned.values_list("pk", "authority"))
    for key in (one, other):
        if key not in kinds or not queue.sees(post.by, kinds[key]):
            raise ErrandUnknown(errand=key)
    found = queue.why(post.office.pk, one, other)
    sides = tuple(_side(found, number) for number in (0, 1))
    return ComparisonPage(
        before=sides[0],
        after=sides[1],
        reason=_reason(found),
        turning=_turning(found),
        rule=f"{found.rule.key}/{found.rule.version}",
        strict=found.rule.strict,
        grace=round(found.rule.grace / 60_000),
        booked=PriorityClass.BOOKED in (found.before.prio_class, found.after.prio_class),
    )


def _key(text: str) -> int:
    if not text.isdecimal() or len(text) > len(str(2**53)):
        raise ErrandUnknown(errand=text[:20])
    return int(text)


def _side(found: Comparison, number: int) -> Side:
    waiting = (found.before, found.after)[number]
    return Side(
        ticket=waiting.ticket,
        class_word=str(PriorityClass(waiting.prio_class).label),
        minutes=found.minutes[number],
        weight=found.weights[number],
        rank=found.ranks[number],
    )


def _reason(found: Comparison) -> str:
    names = {"before": found.before.ticket, "after": found.after.ticket}
    if found.rule.strict:
        said = _("This office takes whoever came first, and %(before)s came before %(after)s.")
    elif found.because == "rank" and found.weights[0] == found.weights[1]:
        said = _("Both have the same weight, and %(before)s has waited longer than %(after)s.")
    elif found.because == "rank":
        said = _("%(before)s has a higher rank than %(after)s.")
    else:
        said = _("Both have the same rank, and %(before)s has waited longer or came first.")
    return said % names


def _turning(found: Comparison) -> str:
    """When the order would turn if both went on waiting."""
    names = {"after": found.after.ticket, "before": found.before.ticket}
    if found.rule.strict:
        return ""
    if found.overtakes_in is None:
        return _("As long as both wait, %(after)s will not pass %(before)s.") % names
    minutes = max(1, round(found.overtakes_in))
    said = ngettext(
        "If both go on waiting, %(after)s passes %(before)s in about %(n)d minute.",
        "If both go on waiting, %(after)s passes %(before)s in about %(n)d minutes.",
        minutes,
    )
    return said % (names | {"n": minutes})
