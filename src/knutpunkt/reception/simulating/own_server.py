"""A server of one's own for a simulation: its data, its offices, and tokens for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from knutpunkt.reception.actors import token_issue, token_revoke
from knutpunkt.reception.measuring.servers import names, running
from knutpunkt.reception.models import AccessToken, Room, Visit
from knutpunkt.reception.settled import room_of
from knutpunkt.reception.simulating.errors import HoldsRealVisits
from knutpunkt.reception.simulating.places import office_made

BY = "simulation"
ROLE = "office-manager"


@dataclass(frozen=True)
class OwnServer:
    """Its address and the token of each office."""

    url: str
    tokens: dict[str, str]


@contextmanager
def own_server(home: Path, offices: Sequence[str]) -> Iterator[OwnServer]:
    """Run a server on the database Django is set up on, for the length of the block.

    The tokens open nothing afterwards.

    Raises
    ------
    HoldsRealVisits
        When the database has visits of a reception that is not simulated.
    ServerDidNotStart
        With what it said last.
    """
    if Room.objects.filter(simulated=False, office__in=Visit.objects.values("office")).exists():
        raise HoldsRealVisits(home=str(home))
    issued = {key: _token_for(key) for key in offices}
    connection.close()  # nothing of ours stays open beside the server's
    try:
        with running(names()[0], {"KNUTPUNKT_SIMULATION": "1"}, home) as server:
            tokens = {key: token for key, (_record, token) in issued.items()}
            yield OwnServer(f"http://127.0.0.1:{server.port}", tokens)
    finally:
        for record, _token in issued.values():
            token_revoke(record)


def _token_for(key: str) -> tuple[AccessToken, str]:
    """A token of an office whose room says from now on that nobody in it is real."""
    office = office_made(key)
    room = room_of(office)
    if not room.simulated:
        room.simulated = True
        room.save(update_fields=["simulated"])
    return token_issue(office=office, role=ROLE, by=BY, name="simulator")
