"""Counters of an office as its manager keeps them: names, equipment, in use or not."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from knutpunkt.network.models import Equipment, Office
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import CounterBusy, CounterNameUnusable, TooManyCounters
from knutpunkt.reception.models import Counter, CounterSession
from knutpunkt.reception.services.sessions import MOST_COUNTERS, NAME


@transaction.atomic
def counter_keep(
    *, by: Actor, office: Office, name: str, equipment: Sequence[str], in_use: bool
) -> Counter:
    """Put a counter on record, or say anew what stands at it and whether it is in use.

    Raises
    ------
    CounterNameUnusable, TooManyCounters, CounterBusy, NotAllowed
        When it cannot be kept so; a counter somebody sits at stays in use.
    """
    by.need("manage")
    if not NAME.fullmatch(name):
        raise CounterNameUnusable(counter=name)
    known = Counter.objects.filter(office=office)
    if not known.filter(name=name).exists() and known.count() >= MOST_COUNTERS:
        raise TooManyCounters(most=MOST_COUNTERS)
    counter, _made = known.get_or_create(office=office, name=name)
    sits = CounterSession.objects.filter(counter=counter, closed_at=None).exists()
    if sits and not in_use:
        raise CounterBusy(counter=name, ticket="–")
    counter.in_use = in_use
    counter.save(update_fields=["in_use"])
    counter.equipment.set(Equipment.objects.filter(pk__in=equipment))
    return counter
