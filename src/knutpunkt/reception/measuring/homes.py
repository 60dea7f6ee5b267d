"""A database of one's own for a measurement: migrated, with offices and tokens for them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import count

FIRST_KEY = "bench-0001"


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at a counter of an office, and the token they act with."""

    office: str
    token: str
    counter: str


def migrated() -> None:
    """Make the tables of the database the environment leads to, and set Django up on it."""
    command = [sys.executable, "-m", "knutpunkt.cli.main", "migrate"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))  # noqa: S603  # our own program
    os.environ["DJANGO_SETTINGS_MODULE"] = "knutpunkt.web.settings"
    import django

    django.setup()


def offices_made(most: int) -> tuple[str, ...]:
    """Put offices on record up to a number of them; their keys in order."""
    from knutpunkt.network.models import Office
    from knutpunkt.network.services import office_create

    keys = [f"bench-{number:04d}" for number in range(1, most + 1)]
    known = set(Office.objects.filter(key__in=keys).values_list("key", flat=True))
    for key in keys:
        if key not in known:
            office_create(key=key, name=key.title(), by="a bench")
    return tuple(keys)


def desks(offices: tuple[str, ...], at_each: int = 1) -> list[Desk]:
    """Give a token to somebody at each counter, office by office in turn."""
    from knutpunkt.network.models import Office
    from knutpunkt.reception.actors import token_issue

    found = Office.objects.in_bulk(offices, field_name="key")
    made = []
    for _ in range(at_each):
        counter = str(next(_numbers))
        for key in offices:
            _, token = token_issue(office=found[key], role="officer", by="a bench")
            made.append(Desk(key, token, counter))
    return made


#: Counters are never opened twice, so nobody sits at one already.
_numbers = count(1)
