"""Contradictions between facts, each with its sentence; services and the import use them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.core.models import DatedFact
from knutpunkt.errors import KnutpunktError
from knutpunkt.network import life
from knutpunkt.network.models import EventKind, OfficeEvent, ServiceAgreement, ServiceLevel
from knutpunkt.network.selectors.views import moment, on_record


class NoAgreementInForce(KnutpunktError):
    """A service level lies outside the agreement it rests on."""

    code = "no-agreement-in-force"
    hint = "Record the agreement first, or let the level begin and end within it."
    status = 409


def refuse_without_agreement(level: ServiceLevel) -> None:
    """Refuse a level that begins before its agreement or outlives it.

    Raises
    ------
    NoAgreementInForce
        With the agreement and the side on which it is missing.
    """
    agreement = level.task.agreement
    begins, ends = _span(level)
    agreed_from, agreed_to = _span(agreement)
    if begins < agreed_from:
        raise NoAgreementInForce(
            _(
                "The service cannot be offered: agreement “%(agreement)s” is not in force on "
                "%(day)s, it begins %(begins)s."
            )
            % {
                "agreement": agreement.key,
                "day": level.valid_from or _("an unknown day"),
                "begins": agreement.valid_from,
            }
        )
    if ends > agreed_to:
        raise NoAgreementInForce(
            _(
                "The service cannot be offered: agreement “%(agreement)s” is not in force until "
                "%(day)s, it ends %(ends)s."
            )
            % {
                "agreement": agreement.key,
                "day": level.valid_to or _("an open end"),
                "ends": agreement.valid_to,
            }
        )


def refuse_impossible_history(events: Iterable[OfficeEvent]) -> None:
    """Refuse a life in which an office opens or closes twice running, or out of order.

    Raises
    ------
    ImpossibleHistory
        With the event that does not fit.
    """
    moments = [moment(on_record(event)) for event in events if event.confidence != "doubtful"]
    twice = life.repeated(moments)
    if twice == "opened":
        raise life.ImpossibleHistory(
            _("The office has “opened” twice running without a closing in between.")
        )
    if twice == "closed":
        raise life.ImpossibleHistory(
            _("The office has “closed” twice running without an opening in between.")
        )
    _refuse_impossible_order(moments)


def _refuse_impossible_order(moments: list[life.Moment]) -> None:
    """Refuse days in no possible order, in the language of who reads it."""
    try:
        life.stays(moments)
    except life.ImpossibleHistory:
        chain = ", ".join(_spoken(moment) for moment in life.in_order(moments))
        raise life.ImpossibleHistory(
            _("There is no order of days in which all of this can have happened: %(events)s.")
            % {"events": chain}
        ) from None


def _spoken(moment: life.Moment) -> str:
    """Name an event with its first and last possible day, as EDTF writes a day of several."""
    low, high = ("" if day in (DAWN, DUSK) else f"{day}" for day in (moment.earliest, moment.latest))
    days = low if low == high else f"[{low}..{high}]"
    return f"{EventKind(moment.kind).label} {days}"


def standing_events(office_pks: Iterable[int]) -> dict[int, list[OfficeEvent]]:
    """Read the events that stand now, per office: one query."""
    found: dict[int, list[OfficeEvent]] = defaultdict(list)
    for event in OfficeEvent.objects.known_on(None).filter(office__in=list(office_pks)):
        found[event.office_id].append(event)
    return found


def _span(fact: DatedFact | ServiceAgreement) -> tuple[date, date]:
    """Widest span of a fact: no beginning is the dawn, no end the dusk."""
    return fact.valid_from_earliest or DAWN, fact.valid_to_latest or DUSK
