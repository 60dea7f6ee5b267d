"""Contradictions between facts, each with its sentence; services and the import use them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.core.models import DatedFact
from knutpunkt.errors import KnutpunktError
from knutpunkt.network import life
from knutpunkt.network.models import OfficeEvent, ServiceAgreement, ServiceLevel
from knutpunkt.network.selectors.views import moment, on_record


class NoAgreementInForce(KnutpunktError):
    """A service level lies outside the agreement it rests on."""

    code = "no-agreement-in-force"
    hint = "Record the agreement first, or let the level begin and end within it."
    status = 409

    def __init__(self, *, agreement: str, missing: str) -> None:
        super().__init__(
            f"The service cannot be offered: agreement “{agreement}” is not in force {missing}."
        )


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
        since = level.valid_from or "an unknown day"
        raise NoAgreementInForce(
            agreement=agreement.key, missing=f"on {since}, it begins {agreement.valid_from}"
        )
    if ends > agreed_to:
        until = level.valid_to or "an open end"
        raise NoAgreementInForce(
            agreement=agreement.key, missing=f"until {until}, it ends {agreement.valid_to}"
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
    if twice is not None:
        other = "closing" if twice == "opened" else "opening"
        raise life.ImpossibleHistory(
            f"The office has “{twice}” twice running without a {other} in between."
        )
    life.stays(moments)


def standing_events(office_pks: Iterable[int]) -> dict[int, list[OfficeEvent]]:
    """Read the events that stand now, per office: one query."""
    found: dict[int, list[OfficeEvent]] = defaultdict(list)
    for event in OfficeEvent.objects.known_on(None).filter(office__in=list(office_pks)):
        found[event.office_id].append(event)
    return found


def _span(fact: DatedFact | ServiceAgreement) -> tuple[date, date]:
    """Widest span of a fact: no beginning is the dawn, no end the dusk."""
    return fact.valid_from_earliest or DAWN, fact.valid_to_latest or DUSK
