"""The centre takes in what a node has done: every event judged, in order, once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception.models import Node, OfficeSequence
from knutpunkt.reception.nodes.brought import brought
from knutpunkt.reception.nodes.errors import MergeRefused
from knutpunkt.reception.nodes.judging import judge
from knutpunkt.reception.nodes.owning import lease_now, owned_by
from knutpunkt.reception.nodes.writing import write


def merge(*, office: Office, name: str, batch: dict[str, Any]) -> Node:
    """Take in a batch. What was taken in before is passed over, so sending twice is as once.

    Raises
    ------
    NotTheOwner
        When the node does not own the office.
    BatchUnreadable
        When the batch is not what a node writes.
    MergeRefused
        When something does not follow from what is known; then nothing is taken in.
    """
    try:
        return _merged(office, name, batch)
    except (IntegrityError, DataError, ValidationError):
        # What the events and rows say one by one was possible, but not beside what stands.
        raise MergeRefused(seq=0, reason="it contradicts what the centre has") from None


@transaction.atomic
def _merged(office: Office, name: str, batch: dict[str, Any]) -> Node:
    sequence = owned_by(office, name)
    node = Node.objects.get(office=office, detached_at=None)
    found = brought(office, batch)
    found.pass_over(sequence.last)
    if found.events:
        judged = judge(office, sequence, node, found)
        write(office, judged, found)
        last = found.events[-1]
        OfficeSequence.objects.filter(pk=office.pk).update(last=last.office_seq, last_at=last.at)
    elif found.unheard_of() is not None:
        raise MergeRefused(seq=0, reason="rows come without an event that speaks of them")
    return _heard_of(office, node)


def _heard_of(office: Office, node: Node) -> Node:
    node.seen_at = clock.now()
    node.merged_through = OfficeSequence.objects.values_list("last", flat=True).get(pk=office.pk)
    node.lease = lease_now(office)
    node.save(update_fields=["seen_at", "merged_through", "lease"])
    return node
