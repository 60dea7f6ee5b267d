"""Changes of the plan: asked for, decided, and carried out when they are approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.models import Clause
from knutpunkt.network.models import Municipality
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import (
    Activity,
    ChangeDecision,
    ChangeKind,
    ChangeRequest,
    Programme,
    Project,
    Slot,
)
from knutpunkt.programme.services.money import StrangerToProgramme
from knutpunkt.programme.services.starting import slot_insert
from knutpunkt.programme.writing import saved

REASON_LENGTH = 300
#: What a substitution may set on the slot, which stays the same slot.
PLACES = ("name", "place", "lat", "lon")


class ChangeIncomplete(KnutpunktError):
    """A change does not say what is to be changed, or how."""

    code = "change-incomplete"
    hint = gettext_noop("Name the slot, and what it is to become.")

    def __init__(self, *, kind: str, missing: str) -> None:
        said = _("The change “%(kind)s” lacks “%(missing)s”, or it cannot be read.")
        super().__init__(said % {"kind": ChangeKind(kind).label, "missing": missing})


class ChangeImpossible(KnutpunktError):
    """What is asked for cannot be done to the slot as it is now."""

    code = "change-impossible"
    hint = gettext_noop("Look at the slot as it is now. An office that is open is moved or closed.")
    status = 409


class ChangeDecidedAlready(KnutpunktError):
    """Somebody else decided the change first."""

    code = "change-decided-already"
    hint = gettext_noop("Read the decision. A new change can be asked for.")
    status = 409

    def __init__(self, *, change: ChangeRequest) -> None:
        said = _("The change was decided on %(day)s by %(who)s: %(decision)s.")
        super().__init__(
            said
            % {
                "day": change.decided_on,
                "who": change.decided_by,
                "decision": change.get_decision_display(),
            }
        )


class DecidedBeforeAsked(KnutpunktError):
    """A decision is dated before the change was asked for."""

    code = "decided-before-asked"
    hint = gettext_noop("Correct the day of the decision.")

    def __init__(self, *, asked_on: date, decided_on: date) -> None:
        said = _("The change was asked for on %(asked)s; it cannot be decided on %(decided)s.")
        super().__init__(said % {"asked": asked_on, "decided": decided_on})


@transaction.atomic
def change_ask(
    *,
    programme: Programme,
    kind: str,
    reason: str,
    asked_on: date,
    by: str,
    slot: Slot | None = None,
    details: Mapping[str, Any] | None = None,
    effect: Mapping[str, Any] | None = None,
    cause_code: str = "",
) -> ChangeRequest:
    """Ask for a change of the plan.

    Parameters
    ----------
    kind
        ``drop``, ``substitute``, ``delay``, ``insert`` or ``other``. All but the last two name a
        slot.
    details
        Of a substitution ``municipality`` (its code), ``name``, ``place``, ``lat`` or ``lon``; of
        a delay ``not_before`` (a day); of an insertion ``name`` and ``wave`` (its number), and
        perhaps ``municipality``, ``clause`` and ``reference_class``.
    effect
        What a forecast says it would do, kept as it was shown to the decider.

    Raises
    ------
    ChangeIncomplete, ChangeImpossible, StrangerToProgramme, Invalid
        When it cannot be carried out as it is asked for.
    """
    if slot is not None and slot.programme_id != programme.pk:
        raise StrangerToProgramme(what=slot.name, programme=programme.key)
    change = ChangeRequest(
        programme=programme,
        slot=slot,
        kind=kind,
        details=dict(details or {}),
        effect=dict(effect or {}),
        reason=reason.strip(),
        cause_code=cause_code,
        asked_on=asked_on,
        asked_by=by,
    )
    saved(change)
    _effects_of(change)  # refuses now what could not be carried out later
    told: dict[str, Any] = {
        "change": change.pk,
        "what": kind,
        "slot": slot.key if slot else "",
        "reason": reason,
    }
    log_write(programme, "change-asked", by=by, details=change.details, **told)
    return change


@transaction.atomic
def change_decide(
    *,
    change: ChangeRequest,
    decision: str,
    decided_on: date,
    decided_by: str,
    delegation: str,
    by: str,
) -> ChangeRequest:
    """Decide a change. An approved one takes effect at once.

    Parameters
    ----------
    delegation
        The rule by which ``decided_by`` may decide it.

    Raises
    ------
    ChangeDecidedAlready
        When somebody else was faster; nothing is changed then.
    DecidedBeforeAsked, ChangeIncomplete, ChangeImpossible, Invalid
        When the decision is not allowed, or the slot is no longer as it was.
    """
    change = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.decision:
        raise ChangeDecidedAlready(change=change)
    if decided_on < change.asked_on:
        raise DecidedBeforeAsked(asked_on=change.asked_on, decided_on=decided_on)
    change.decision = decision
    change.decided_on = decided_on
    change.decided_by = decided_by
    change.delegation = delegation
    saved(change)
    told: dict[str, Any] = {"change": change.pk, "decision": decision, "decided_on": decided_on}
    slot = change.slot.key if change.slot else ""
    log_write(change.programme, "change-decided", by=by, slot=slot, decided_by=decided_by, **told)
    if decision == ChangeDecision.APPROVED:
        _effects_of(change)(by)
    return change


def _effects_of(change: ChangeRequest) -> Callable[[str], object]:
    """Check a change against the slot as it is now, and return what carries it out."""
    if change.kind == ChangeKind.OTHER:
        return lambda _by: None
    if change.kind == ChangeKind.INSERT:
        return _insertion(change)
    if change.slot is None:
        raise ChangeIncomplete(kind=change.kind, missing="slot")
    _refuse_settled(change.slot)
    by_kind = {
        ChangeKind.DROP: _drop,
        ChangeKind.SUBSTITUTE: _substitution,
        ChangeKind.DELAY: _delay,
    }
    return by_kind[ChangeKind(change.kind)](change, change.slot)


def _refuse_settled(slot: Slot) -> None:
    """Refuse to change the plan of an office that is open, or that is not to be opened at all."""
    slot.refresh_from_db()
    if slot.dropped_on is not None:
        said = _("“%(slot)s” was dropped on %(day)s.")
        raise ChangeImpossible(said % {"slot": slot.name, "day": slot.dropped_on})
    opened = slot.projects.exclude(opened_to_public=None).first()
    if opened is not None:
        said = _("“%(slot)s” opened to the public on %(day)s.")
        raise ChangeImpossible(said % {"slot": slot.name, "day": opened.opened_to_public})


def _drop(change: ChangeRequest, slot: Slot) -> Callable[[str], object]:
    def carry_out(_by: str) -> None:
        slot.dropped_on, slot.dropped_why = change.decided_on, change.reason[:REASON_LENGTH]
        saved(slot)
        _under_way(slot).update(stopped_on=change.decided_on, version=F("version") + 1)

    return carry_out


def _substitution(change: ChangeRequest, slot: Slot) -> Callable[[str], object]:
    values = {name: change.details[name] for name in PLACES if name in change.details}
    if "municipality" in change.details:
        values["municipality"] = _municipality(change)
    if not values:
        raise ChangeIncomplete(kind=change.kind, missing="municipality")

    def carry_out(by: str) -> None:
        before = {name: str(getattr(slot, name)) for name in values}
        for name, value in values.items():
            setattr(slot, name, value)
        saved(slot)
        _under_way(slot).update(version=F("version") + 1)
        after = {name: str(value) for name, value in values.items()}
        log_write(
            change.programme, "slot-substituted", by=by, slot=slot.key, before=before, after=after
        )

    return carry_out


def _delay(change: ChangeRequest, slot: Slot) -> Callable[[str], object]:
    day = _day(change, "not_before")
    waiting = Activity.objects.filter(
        project__in=_under_way(slot), started_on=None, finished_on=None
    )
    first = waiting.order_by("position", "pk").first()
    if first is None:
        said = _("Every activity of “%(slot)s” has started; none of them can start later.")
        raise ChangeImpossible(said % {"slot": slot.name})

    def carry_out(by: str) -> None:
        before, first.not_before = first.not_before, day
        saved(first)
        _under_way(slot).update(version=F("version") + 1)
        told: dict[str, Any] = {"activity": first.key, "before": before, "after": day}
        log_write(change.programme, "activity-delayed", by=by, project=first.project, **told)

    return carry_out


def _insertion(change: ChangeRequest) -> Callable[[str], object]:
    asked = change.details
    name = str(asked.get("name", "")).strip()
    if not name:
        raise ChangeIncomplete(kind=change.kind, missing="name")
    wave = change.programme.waves.filter(number=_number(asked.get("wave"))).first()
    if wave is None:
        raise ChangeIncomplete(kind=change.kind, missing="wave")
    clauses = Clause.objects.filter(mandate=change.programme.mandate, key=asked.get("clause"))
    clause = clauses.first() if asked.get("clause") else None
    if asked.get("clause") and clause is None:
        raise ChangeIncomplete(kind=change.kind, missing="clause")
    values: dict[str, Any] = {
        "municipality": _municipality(change) if asked.get("municipality") else None,
        "reference_class": str(asked.get("reference_class", "rural")),
    }
    return lambda by: slot_insert(
        programme=change.programme, name=name, wave=wave, clause=clause, by=by, **values
    )


def _under_way(slot: Slot) -> Any:
    return Project.objects.filter(slot=slot, completed_on=None, stopped_on=None)


def _municipality(change: ChangeRequest) -> Municipality:
    found = Municipality.objects.filter(code=change.details["municipality"]).first()
    if found is None:
        raise ChangeIncomplete(kind=change.kind, missing="municipality")
    return found


def _day(change: ChangeRequest, name: str) -> date:
    try:
        return date.fromisoformat(str(change.details.get(name)))
    except ValueError:
        raise ChangeIncomplete(kind=change.kind, missing=name) from None


def _number(text: object) -> int:
    return int(str(text)) if str(text).isdecimal() else 0
