"""Why one who waits stands before another, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.engines.queueing.order import Comparison
from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.errors import ErrandUnknown
from knutpunkt.reception.models import Errand, PriorityClass
from knutpunkt.reception.selectors import queue

#: How exactly minutes are shown: tenths, else as far as a thousandth of a second goes.
DECIMALS = (1, 2, 3, 5)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: how long it counts as waiting, with which weight, and what that makes.

    Figures as they are read: the rank is the product of the other two as they stand there.
    """

    ticket: str
    class_word: str
    minutes: str
    weight: str
    rank: str


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
    places = _decimals(found)
    return ComparisonPage(
        before=_side(found, 0, places),
        after=_side(found, 1, places),
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


def _side(found: Comparison, number: int, places: int) -> Side:
    waiting = (found.before, found.after)[number]
    minutes, weight = _minutes(found, number, places), _weight(found, number)
    of_weight = _places_of(weight)
    return Side(
        ticket=waiting.ticket,
        class_word=str(PriorityClass(waiting.prio_class).label),
        minutes=number_format(minutes, places),
        weight=number_format(weight, of_weight),
        rank=number_format(minutes * weight, places + of_weight),
    )


def _minutes(found: Comparison, number: int, places: int) -> Decimal:
    return Decimal(found.minutes[number]).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _weight(found: Comparison, number: int) -> Decimal:
    return Decimal(str(found.weights[number]))


def _places_of(weight: Decimal) -> int:
    """Decimals it takes to show a weight whole: 0 for 2.0, 1 for 1.5."""
    return max(0, -int(weight.normalize().as_tuple().exponent))


def _decimals(found: Comparison) -> int:
    """Decimals of the minutes: one, and more only where the order could not be seen with one."""
    if found.because != "rank" or found.weights[0] == found.weights[1]:
        return DECIMALS[0]
    return next((places for places in DECIMALS if _seen(found, places)), DECIMALS[-1])


def _seen(found: Comparison, places: int) -> bool:
    ranks = [_minutes(found, number, places) * _weight(found, number) for number in (0, 1)]
    return ranks[0] > ranks[1]


def _came_first(found: Comparison) -> bool:
    """Whether two of one weight have waited equally long, as far as their minutes are shown."""
    one, other = (_minutes(found, number, DECIMALS[0]) for number in (0, 1))
    return found.weights[0] == found.weights[1] and one == other


def _reason(found: Comparison) -> str:
    names = {"before": found.before.ticket, "after": found.after.ticket}
    if found.rule.strict:
        said = _("This office takes whoever came first, and %(before)s came before %(after)s.")
    elif _came_first(found):
        said = _("Both have the same weight and have waited equally long; %(before)s came first.")
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
