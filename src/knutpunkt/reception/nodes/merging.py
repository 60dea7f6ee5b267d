"""The centre takes in what a node has done: every event checked, in order, once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import serializers
from django.db import models, transaction

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception import transitions
from knutpunkt.reception.models import (
    Booking,
    Counter,
    CounterSession,
    Errand,
    Event,
    Incident,
    Node,
    OfficeDay,
    OfficeSequence,
    TicketCounter,
    Visit,
    key_of,
)
from knutpunkt.reception.nodes.errors import MergeRefused
from knutpunkt.reception.nodes.owning import lease_now, owned_by


@transaction.atomic
def merge(*, office: Office, name: str, batch: dict[str, Any]) -> Node:
    """Take in a batch. What was taken in before is passed over, so sending twice is as once.

    Raises
    ------
    NotTheOwner
        When the node does not own the office.
    MergeRefused
        When something does not follow from what is known; then nothing is taken in.
    """
    sequence = owned_by(office, name)
    events: list[Any] = _read(batch["events"])
    new = [event for event in events if event.office_seq > sequence.last]
    if new:
        _refuse_what_cannot_be(office, sequence.last, new)
        rows = _read(batch["rows"])
        _refuse_strangers(office, rows)
        _write(office, new, rows, batch.get("counters", {}))
        if batch["complete"]:
            _refuse_rows_that_say_otherwise(new)
        last = new[-1]
        OfficeSequence.objects.filter(pk=office.pk).update(last=last.office_seq, last_at=last.at)
    return _heard_of(office)


def _read(text: str) -> list[Any]:
    return [row.object for row in serializers.deserialize("json", text)]


def _heard_of(office: Office) -> Node:
    node = Node.objects.get(office=office, detached_at=None)
    node.seen_at = clock.now()
    node.merged_through = OfficeSequence.objects.values_list("last", flat=True).get(pk=office.pk)
    node.lease = lease_now(office)
    node.save(update_fields=["seen_at", "merged_through", "lease"])
    return node


def _refuse_what_cannot_be(office: Office, last: int, events: list[Event]) -> None:
    """Refuse gaps, and any step the table of transitions does not know."""
    touched = {event.errand for event in events if event.errand}
    states = dict(Errand.objects.filter(pk__in=touched).values_list("pk", "state"))
    for number, event in enumerate(events, last + 1):
        if event.office_seq != number or event.pk != key_of(office.pk, number):
            raise MergeRefused(seq=event.office_seq, reason=f"event {number} was to follow")
        if event.kind not in transitions.KINDS:
            raise MergeRefused(seq=number, reason=f"“{event.kind}” is no kind of event")
        if event.errand:
            before = states.get(event.errand, "")
            if not _may_follow(before, event):
                said = f"an errand that is {before or 'unknown'} cannot be {event.kind}"
                raise MergeRefused(seq=number, reason=said)
            states[event.errand] = event.state or before


def _may_follow(before: str, event: Event) -> bool:
    if event.kind in transitions.BEGINNINGS:
        return not before and event.state in transitions.BEGINNINGS[event.kind]
    if event.kind in transitions.TRANSITIONS:
        after = transitions.TRANSITIONS[event.kind].after
        return transitions.may(event.kind, before) and event.state == after
    return bool(before) and event.state in ("", *transitions.STATES)


def _refuse_strangers(office: Office, rows: Iterable[Any]) -> None:
    """A node speaks of its own office and of nothing else."""
    for row in rows:
        if row.office_id != office.pk:
            raise MergeRefused(seq=0, reason="a row belongs to another office")


def _write(office: Office, events: list[Event], rows: list[Any], counters: dict[str, str]) -> None:
    by_kind: dict[type[models.Model], list[Any]] = {}
    for row in rows:
        by_kind.setdefault(type(row), []).append(row)
    _write_sessions(office, by_kind.get(CounterSession, []), counters)
    _upsert(Visit, by_kind.get(Visit, []))
    # Whoever has left a counter first: it may have somebody else by now.
    errands = by_kind.get(Errand, [])
    errands.sort(key=lambda errand: (errand.state in transitions.AT_THE_COUNTER, errand.pk))
    _upsert(Errand, errands)
    Event.objects.bulk_create(events)
    for row in by_kind.get(TicketCounter, []):
        _write_counter(office, row)
    for row in by_kind.get(OfficeDay, []):
        values = {"without_ticket": row.without_ticket, "ended_at": row.ended_at}
        OfficeDay.objects.update_or_create(
            office=office, local_day=row.local_day, defaults=values | {"report": row.report}
        )
    for row in by_kind.get(Booking, []):
        mine = Booking.objects.filter(pk=row.pk, office=office, version__lte=row.version)
        mine.update(status=row.status, visit=row.visit, version=row.version)
    for row in by_kind.get(Incident, []):
        _write_incident(office, row)


def _write_sessions(office: Office, sessions: list[Any], counters: dict[str, str]) -> None:
    known = dict(Counter.objects.filter(office=office).values_list("name", "pk"))
    for session in sessions:
        name = counters.get(str(session.counter_id), "")
        if name not in known:
            known[name] = Counter.objects.create(office=office, name=name).pk
        session.counter_id = known[name]
    sessions.sort(key=lambda session: (session.closed_at is None, session.pk))
    _upsert(CounterSession, sessions)


def _upsert(model: Any, rows: list[Any]) -> None:
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    for row in rows:
        model.objects.bulk_create(
            [row], update_conflicts=True, update_fields=names, unique_fields=["id"]
        )


def _write_counter(office: Office, row: TicketCounter) -> None:
    own: dict[str, Any] = {"office": office, "local_day": row.local_day, "series": row.series}
    TicketCounter.objects.get_or_create(**own, defaults={"last": row.last})
    TicketCounter.objects.filter(**own, last__lt=row.last).update(last=row.last)


def _write_incident(office: Office, row: Incident) -> None:
    known: dict[str, Any] = {
        "office": office, "kind": row.kind, "happened_at": row.happened_at,
        "reported_by": row.reported_by,
    }  # fmt: skip
    Incident.objects.get_or_create(
        **known,
        defaults={
            "counter": row.counter,
            "account": row.account,
            "purge_after": row.purge_after,
        },
    )


def _refuse_rows_that_say_otherwise(events: list[Event]) -> None:
    last = {event.errand: event for event in events if event.errand and event.state}
    for errand in Errand.objects.filter(pk__in=last):
        event = last[errand.pk]
        if (errand.state, errand.version) != (event.state, event.version):
            said = f"the errand is {errand.state} {errand.version}, the event says otherwise"
            raise MergeRefused(seq=event.office_seq, reason=said)
