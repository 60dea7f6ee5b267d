"""The settings of a reception, and the rules its queue can follow."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.network.services import Invalid
from knutpunkt.reception.errors import ValueNotAllowed
from knutpunkt.reception.models import PriorityClass, QueueRule, Room
from knutpunkt.reception.settled import SERIES, room_of

__all__ = ["room_change", "room_of", "rule_add"]

HEAVIEST = 100.0
CAN_BE_CHANGED = (
    "people_limit", "rule", "series", "recall_limit", "missed_grace_minutes", "counters_expected",
    "prints_tickets", "notes_allowed",
)  # fmt: skip


@transaction.atomic
def room_change(*, office: Office, by: str, **values: Any) -> Room:  # noqa: ARG001  # who: for the log of whoever calls
    """Change settings of an office.

    Raises
    ------
    ValueNotAllowed, Invalid
        Naming the field.
    """
    room = room_of(office)
    for name, value in values.items():
        if name not in CAN_BE_CHANGED:
            raise ValueNotAllowed(field=name, value=value, allowed=CAN_BE_CHANGED)
        setattr(room, name, value)
    _refuse_series(room.series)
    try:
        room.full_clean()
    except ValidationError as error:
        raise Invalid(error) from None
    room.save()
    return room


def _refuse_series(series: Any) -> None:
    letters = "one to three letters for each"
    if not isinstance(series, dict):
        raise ValueNotAllowed(field="series", value=series, allowed=letters)
    for name, letter in series.items():
        if not (isinstance(letter, str) and letter.isalpha() and len(letter) <= 3):  # noqa: PLR2004  # as the column
            raise ValueNotAllowed(field="series", value=f"{name}: {letter}", allowed=letters)
        if letter == SERIES["practice"]:
            raise ValueNotAllowed(field="series", value=letter, allowed=_("another letter than Ö"))


@transaction.atomic
def rule_add(
    *,
    key: str,
    weights: dict[str, float],
    by: str,
    strict: bool = False,
    booked_grace_minutes: int = 5,
) -> QueueRule:
    """Write the next version of a rule; earlier versions stay as they are.

    Raises
    ------
    ValueNotAllowed, Invalid
        When a class or a weight is none.
    """
    for name, weight in weights.items():
        if name not in PriorityClass.values:
            raise ValueNotAllowed(field="weights", value=name, allowed=tuple(PriorityClass.values))
        if not isinstance(weight, int | float) or not 0 < weight <= HEAVIEST:
            raise ValueNotAllowed(
                field=name, value=weight, allowed=_("a number above 0, up to 100")
            )
    last = QueueRule.objects.filter(key=key).aggregate(last=Max("version"))["last"] or 0
    rule = QueueRule(
        key=key,
        version=last + 1,
        weights=weights,
        strict=strict,
        booked_grace_minutes=booked_grace_minutes,
        recorded_at=clock.now(),
        recorded_by=by or "unknown",
    )
    try:
        rule.full_clean()
    except ValidationError as error:
        raise Invalid(error) from None
    rule.save()
    return rule
