"""Contradictions between facts, each with its sentence; services and the import use them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.core.models import DatedFact
from knutpunkt.errors import KnutpunktError
from knutpunkt.network import life
from knutpunkt.network.models import (
    BalanceMember,
    EventKind,
    OfficeEvent,
    OpeningBalance,
    ServiceAgreement,
    ServiceLevel,
)
from knutpunkt.network.selectors.views import moment, on_record


class NoAgreementInForce(KnutpunktError):
    """A service level lies outside the agreement it rests on."""

    code = "no-agreement-in-force"
    hint = gettext_noop("Record the agreement first, or let the level begin and end within it.")
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
    low, high = (
        "" if day in (DAWN, DUSK) else f"{day}" for day in (moment.earliest, moment.latest)
    )
    days = low if low == high else f"[{low}..{high}]"
    return f"{EventKind(moment.kind).label} {days}"


class BalanceContradicted(KnutpunktError):
    """An opening balance and what else is on record cannot both be true."""

    code = "balance-contradicted"
    hint = "Correct the event, the balance or its list of offices."
    status = 409


def refuse_overfull_balance() -> None:
    """Refuse a balance with more named offices than it counts.

    Raises
    ------
    BalanceContradicted
        With both numbers.
    """
    for balance in OpeningBalance.objects.known_on(None):
        named = BalanceMember.objects.known_on(None).filter(balance_on=balance.on).count()
        if named > balance.total:
            raise BalanceContradicted(
                f"{named} offices are named in a balance of {balance.total} on {balance.on}."
            )


def refuse_contradicting_balance(office: int, events: Iterable[OfficeEvent]) -> None:
    """Refuse events by which a named office of a balance was surely not open on its day.

    Raises
    ------
    BalanceContradicted
        With the day of the balance.
    """
    moments = [moment(on_record(event)) for event in events if event.confidence != "doubtful"]
    found = life.stays(moments)
    for member in BalanceMember.objects.known_on(None).filter(office=office):
        if found and life.open_on(found, member.balance_on) == "no":
            raise BalanceContradicted(
                f"The office is counted as open on {member.balance_on}, which these events deny."
            )


def standing_events(office_pks: Iterable[int]) -> dict[int, list[OfficeEvent]]:
    """Read the events that stand now, per office: one query."""
    found: dict[int, list[OfficeEvent]] = defaultdict(list)
    for event in OfficeEvent.objects.known_on(None).filter(office__in=list(office_pks)):
        found[event.office_id].append(event)
    return found


def _span(fact: DatedFact | ServiceAgreement) -> tuple[date, date]:
    """Widest span of a fact: no beginning is the dawn, no end the dusk."""
    return fact.valid_from_earliest or DAWN, fact.valid_to_latest or DUSK
