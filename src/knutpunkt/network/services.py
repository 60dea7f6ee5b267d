"""State changes of the register: each is one transaction, and names who made it.

Nothing is overwritten. A correction is a new record that replaces the old one; a withdrawal is a
record that only says that the old one does not stand.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from knutpunkt.core import clock
from knutpunkt.core.edtf import next_day
from knutpunkt.core.errors import NotFound
from knutpunkt.core.models import Correctable
from knutpunkt.errors import KnutpunktError
from knutpunkt.network import checks
from knutpunkt.network.closing import others_remain, refuse_closing_against_the_rule
from knutpunkt.network.life import Certainty, ImpossibleHistory
from knutpunkt.network.models import (
    BalanceMember,
    Office,
    OfficeAddress,
    OfficeEvent,
    OfficeKind,
    OfficeName,
    OpeningBalance,
    ServiceLevel,
)
from knutpunkt.network.selectors import network_on, office_on

Fact = TypeVar("Fact", bound=Correctable)


class AlreadyCorrected(KnutpunktError):
    """The record was corrected or withdrawn in the meantime."""

    code = "already-corrected"
    hint = "Read the newest record and correct that one."
    status = 409


class Invalid(KnutpunktError):
    """A value of a new record is not allowed."""

    code = "invalid"
    hint = "Correct the fields named."

    def __init__(self, error: ValidationError) -> None:
        self.fields = error.message_dict
        listed = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in self.fields.items())
        super().__init__(f"{listed}")


class RemainUndecided(KnutpunktError):
    """The register cannot say whether another office remains in the municipality."""

    code = "remain-undecided"
    hint = "Say whether another office remains in the municipality."
    status = 409


@transaction.atomic
def office_create(
    *, key: str, name: str, kind: str = "fixed", by: str, source: str = "", **address: Any
) -> Office:
    """Put an office on record with its name, kind and first address.

    Raises
    ------
    Invalid
        When the key is taken or a value is not allowed.
    """
    claim = {"source": source, "published_on": clock.today().isoformat()}
    office = _saved(Office(key=key, recorded_by=by, **claim))
    _saved(OfficeName(office=office, name=name, recorded_by=by, **claim))
    _saved(OfficeKind(office=office, kind=kind, recorded_by=by, **claim))
    if address:
        _saved(OfficeAddress(office=office, recorded_by=by, **claim, **address))
    return office


@transaction.atomic
def event_record(
    *, office: Office, kind: str, happened_on: str, by: str, **claim: Any
) -> OfficeEvent:
    """Record that something happened to an office, or is planned to.

    Raises
    ------
    Invalid
        When a value is not allowed, e.g. a day that cannot be read.
    ImpossibleHistory
        When it does not fit what the register already holds.
    """
    _alone_with(office)
    claim.setdefault("published_on", clock.today().isoformat())
    event = OfficeEvent(office=office, kind=kind, happened_on=happened_on, recorded_by=by, **claim)
    _saved(event)
    _refuse_impossible(office)
    return event


@transaction.atomic
def fact_correct(fact: Fact, *, by: str, **changes: Any) -> Fact:
    """Record a correction of a fact: a new record that replaces it.

    Raises
    ------
    AlreadyCorrected
        When the record no longer stands.
    Invalid, ImpossibleHistory, NoAgreementInForce
        When the corrected fact is not allowed.
    """
    replacement = _successor(fact, by=by)
    for name, value in changes.items():
        setattr(replacement, name, value)
    _saved(replacement)
    _refuse_contradiction(replacement)
    return replacement


@transaction.atomic
def fact_withdraw(fact: Fact, *, by: str, source: str = "", note: str = "") -> Fact:
    """Withdraw a fact: from now on it does not stand, and earlier days still know it.

    Raises
    ------
    AlreadyCorrected
        When the record no longer stands.
    ImpossibleHistory
        When the rest of the office's life would not fit together.
    """
    withdrawal = _successor(fact, by=by)
    withdrawal.retracts = True
    withdrawal.source = source
    withdrawal.note_sv = withdrawal.note_en = note
    _saved(withdrawal)
    _refuse_contradiction(withdrawal)
    return withdrawal


@transaction.atomic
def office_relocate(
    *, office: Office, moves_on: str, by: str, street: str, **address: Any
) -> OfficeAddress:
    """Give an office a new address from a day; the office and its municipality stay the same.

    Raises
    ------
    Invalid
        When a value is not allowed.
    """
    address.setdefault("published_on", clock.today().isoformat())
    newest = OfficeAddress.objects.known_on(None).filter(office=office).order_by("pk").last()
    address.setdefault("municipality", newest.municipality if newest else None)
    return _saved(
        OfficeAddress(office=office, valid_from=moves_on, street=street, recorded_by=by, **address)
    )


@transaction.atomic
def office_rename(
    *, office: Office, name: str, from_day: str, by: str, source: str = ""
) -> OfficeName:
    """Give an office a new name from a day."""
    return _saved(
        OfficeName(
            office=office,
            name=name,
            valid_from=from_day,
            recorded_by=by,
            source=source,
            published_on=clock.today().isoformat(),
        )
    )


@transaction.atomic
def office_close(
    *,
    office: Office,
    last_day: date,
    decided_by: str,
    decided_on: date,
    consulted_on: date | None,
    by: str,
    decision: str = "",
    source: str = "",
    another_remains: bool | None = None,
) -> OfficeEvent:
    """Record a new decision to close an office. The last visiting day is inclusive.

    Parameters
    ----------
    another_remains
        Whether another office remains in the municipality; asked for where the register itself
        cannot say.

    Raises
    ------
    ClosingAgainstTheRule
        With the sentence of the closing rule that is broken.
    RemainUndecided
        When nobody says whether another office remains and the register cannot.
    ImpossibleHistory
        When the office is not open.
    """
    if _open_on(office, last_day) == "no":
        raise ImpossibleHistory(f"The office is not open on {last_day}, so it cannot close then.")
    remain = _remains(office, last_day, another_remains)
    refuse_closing_against_the_rule(
        decided_by=decided_by,
        decided_on=decided_on,
        consulted_on=consulted_on,
        last_day=last_day,
        remain=remain,
    )
    return event_record(
        office=office,
        kind="closed",
        happened_on=last_day.isoformat(),
        by=by,
        basis="planned" if last_day >= clock.today() else "stated",
        decided_by=decided_by,
        decided_on=decided_on.isoformat(),
        decision=decision,
        consulted="yes",
        leaves_municipality="no" if remain else "yes",
        source=source,
    )


@transaction.atomic
def service_offer(*, level: ServiceLevel, by: str) -> ServiceLevel:
    """Record that an office serves for an authority at a level.

    Raises
    ------
    NoAgreementInForce
        When the agreement it rests on is not in force the whole time.
    """
    level.recorded_by = by
    level.published_on = level.published_on or clock.today().isoformat()
    _saved(level)
    checks.refuse_without_agreement(level)
    return level


def office_get(key: str) -> Office:
    """Read an office by its key.

    Raises
    ------
    NotFound
        When there is none.
    """
    found = Office.objects.filter(key=key).first()
    if found is None:
        raise NotFound(f"There is no office “{key}”.")
    return found


def _open_on(office: Office, day: date) -> Certainty:
    found = office_on(office.key, day)
    return found.open if found else "no"


def _remains(office: Office, last_day: date, said: bool | None) -> bool:
    after = network_on(next_day(last_day))
    here = after.office(office.key)
    code = here.address.municipality_code if here else None
    known = others_remain(after, office.key, code)
    if known == "yes":
        return True
    if known == "no":
        return False
    if said is None:
        raise RemainUndecided(
            "The register cannot say whether another office remains in the municipality: offices "
            "that no source names, or whose dates are rough, may stand there."
        )
    return said


def _successor(fact: Fact, *, by: str) -> Fact:
    """Copy a record into one that replaces it."""
    if isinstance(fact, OfficeEvent):
        _alone_with(fact.office)
    model: Any = type(fact)
    model.objects.select_for_update().get(pk=fact.pk)  # of two who correct it, one comes second
    if model.objects.filter(replaces=fact).exists() or fact.retracts:
        raise AlreadyCorrected("The record no longer stands: it was corrected or withdrawn.")
    values = {
        field.attname: getattr(fact, field.attname)
        for field in fact._meta.concrete_fields
        if not field.primary_key
    }
    values |= {
        "replaces_id": fact.pk,
        "recorded_by": by,
        "recorded_at": clock.now(),
        "published_on": clock.today().isoformat(),
    }
    fact.give_way()
    successor: Fact = model(**values)
    return successor


def _alone_with(office: Office) -> None:
    """Let nobody else write about the office until the transaction ends."""
    Office.objects.select_for_update().get(pk=office.pk)


def _refuse_contradiction(fact: models.Model) -> None:
    if isinstance(fact, OfficeEvent):
        _refuse_impossible(fact.office)
    if isinstance(fact, OpeningBalance | BalanceMember):
        checks.refuse_overfull_balance()
    if isinstance(fact, ServiceLevel) and not fact.retracts:
        checks.refuse_without_agreement(fact)


def _refuse_impossible(office: Office) -> None:
    events = checks.standing_events([office.pk]).get(office.pk, [])
    checks.refuse_impossible_history(events)
    checks.refuse_contradicting_balance(office.pk, events)


Row = TypeVar("Row", bound=models.Model)


def _saved(row: Row) -> Row:
    """Check every value, then write the row."""
    try:
        row.full_clean(exclude=["known_from", "recorded_at"])
    except ValidationError as error:
        raise Invalid(error) from None
    row.save()
    return row
