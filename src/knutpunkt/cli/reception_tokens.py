"""The command that gives a program its token for an office."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from knutpunkt.cli.printing import print_json
from knutpunkt.cli.ready import ready
from knutpunkt.core.errors import NotFound

if TYPE_CHECKING:
    from knutpunkt.network.models import Office


class NoSuchOffice(NotFound):
    """No office on record has the key."""

    code = "office-unknown"
    hint = "knutpunkt network offices lists the keys."

    def __init__(self, *, key: str) -> None:
        super().__init__(f"There is no office “{key}” on record.")


class NoSuchAuthority(NotFound):
    """No authority on record has the key."""

    code = "authority-unknown"

    def __init__(self, *, key: str, known: tuple[str, ...]) -> None:
        self.hint = f"Known are: {', '.join(known)}."
        super().__init__(f"There is no authority “{key}” on record.")


def token(chosen: Namespace) -> int:
    """Make a token for an office and a role, and print it alone on the standard output.

    Only a hash of it is kept, so it is shown this once. Explanations go to the standard error.
    """
    ready()
    from knutpunkt.reception.actors import token_issue

    office = _office(chosen.office)
    _refuse_unknown(chosen.authority)
    made, secret = token_issue(
        office=office,
        role=chosen.role,
        by="the command line",
        name=chosen.name,
        authority=chosen.authority,
        valid_days=getattr(chosen, "valid_days", None),
    )
    if chosen.json:
        print_json(
            {
                "token": secret,
                "office": office.key,
                "role": made.role,
                "authority": made.authority_id or "",
                "name": made.name,
                "expires_at": made.expires_at,
            }
        )
        return 0
    print(secret)
    print(
        f"A token for {office.key} in the role {made.role}, named {made.name}. It is not kept "
        "anywhere: send it as “Authorization: Bearer …”.",
        file=sys.stderr,
    )
    return 0


def _office(key: str) -> Office:
    from knutpunkt.network.models import Office

    found = Office.objects.filter(key=key).first()
    if found is None:
        raise NoSuchOffice(key=key)
    return found


def _refuse_unknown(authority: str) -> None:
    from knutpunkt.network.models import Authority

    if authority and not Authority.objects.filter(slug=authority).exists():
        known = tuple(Authority.objects.order_by("slug").values_list("slug", flat=True))
        raise NoSuchAuthority(key=authority, known=known)
