"""Who owns the sequence of an office: the centre, or one node."""

from __future__ import annotations

from django.db import transaction

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception.ledger import CENTRE
from knutpunkt.reception.models import Node, OfficeSequence, TicketCounter
from knutpunkt.reception.nodes.errors import NodeNameReserved, NotTheOwner, OwnedAlready
from knutpunkt.reception.settled import room_of

#: Numbers of each series a node may give out beyond the last one merged. When a node is lost the
#: centre goes on after them, so no two visitors of a day hold the same number.
LEASED_NUMBERS = 300


@transaction.atomic
def node_attach(*, office: Office, name: str) -> Node:
    """Give the office to a node. Asked again by the same node, it stays as it is.

    Raises
    ------
    OwnedAlready
        When another node has it.
    NodeNameReserved
        When the node would be called as the centre is.
    """
    if name == CENTRE:
        raise NodeNameReserved(name=name)
    room_of(office)
    OfficeSequence.objects.get_or_create(office=office)
    mine = OfficeSequence.objects.filter(office=office, owner__in=(CENTRE, name))
    if not mine.update(owner=name):
        owner = OfficeSequence.objects.values_list("owner", flat=True).get(office=office)
        raise OwnedAlready(office=office.key, owner=owner)
    known = Node.objects.filter(office=office, detached_at=None).first()
    if known is not None:
        return known
    last = OfficeSequence.objects.values_list("last", flat=True).get(office=office)
    return Node.objects.create(
        office=office,
        name=name,
        lease=lease_now(office),
        attached_at=clock.now(),
        seen_at=clock.now(),
        merged_through=last,
    )


@transaction.atomic
def node_detach(*, office: Office, name: str) -> None:
    """Take the office back from a node that has merged everything.

    Raises
    ------
    NotTheOwner
        When the node does not have it.
    """
    owned_by(office, name)
    OfficeSequence.objects.filter(office=office, owner=name).update(owner=CENTRE)
    Node.objects.filter(office=office, detached_at=None).update(detached_at=clock.now())


@transaction.atomic
def node_take_back(*, office: Office) -> int:
    """Take the office back from a node that is lost; returns how far its events were merged.

    What the node did after that is lost with it. Its leased numbers are passed over.

    Raises
    ------
    NotTheOwner
        When no node has it.
    """
    node = Node.objects.filter(office=office, detached_at=None).first()
    if node is None:
        raise NotTheOwner(office=office.key, name="")
    for series, upto in node.lease.get("upto", {}).items():
        day = clock.today()
        TicketCounter.objects.get_or_create(
            office=office, local_day=day, series=series, defaults={"last": upto}
        )
        TicketCounter.objects.filter(
            office=office, local_day=day, series=series, last__lt=upto
        ).update(last=upto)
    node_detach(office=office, name=node.name)
    return node.merged_through


def owned_by(office: Office, name: str) -> OfficeSequence:
    """The sequence of an office that a node owns, locked for the rest of the transaction.

    Raises
    ------
    NotTheOwner
        When it does not.
    """
    found = OfficeSequence.objects.select_for_update().filter(office=office, owner=name).first()
    attached = Node.objects.filter(office=office, name=name, detached_at=None)
    if name == CENTRE or found is None or not attached.exists():
        raise NotTheOwner(office=office.key, name=name)
    return found


def lease_now(office: Office) -> dict[str, object]:
    """Numbers a node may give out today, by series; ``usual`` where a series is not named."""
    today = TicketCounter.objects.filter(office=office, local_day=clock.today())
    upto = {row.series: row.last + LEASED_NUMBERS for row in today}
    return {"upto": {"A": LEASED_NUMBERS, "B": LEASED_NUMBERS} | upto, "usual": LEASED_NUMBERS}
