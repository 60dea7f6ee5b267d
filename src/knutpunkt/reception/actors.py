"""Who acts at a reception, and what their role lets them do."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _

from knutpunkt.accounts.models import User
from knutpunkt.accounts.selectors import appointments_held, token_hash
from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.network.models import Office
from knutpunkt.reception.errors import NotAllowed, ValueNotAllowed
from knutpunkt.reception.models import AccessToken
from knutpunkt.reception.statements import Statements, errors_as_usual

TOKEN_BYTES = 32

_GIVES_TICKETS = {"issue", "leave"}
_AT_A_DESK = {
    *_GIVES_TICKETS, "serve", "reactivate", "add", "look", "session", "incident", "alarm",
    "interpreter", "note", "check-in", "print", "people",
}  # fmt: skip
#: What each role may do at its office.
MAY = MappingProxyType(
    {
        "kiosk": frozenset({"issue", "check-in", "print"}),
        "display": frozenset[str](),
        "officer": frozenset(_AT_A_DESK | {"booking", "equipment"}),
        "greeter": frozenset(
            _GIVES_TICKETS
            | {"reactivate", "look", "people", "check-in", "print", "incident", "alarm", "booking"}
        ),
        "municipal-desk": frozenset(_AT_A_DESK - {"people"}),
        "office-manager": frozenset(
            _AT_A_DESK | {"booking", "equipment", "closing", "manage", "end-day"}
        ),
        "node": frozenset({"node"}),
        # Whoever holds the link of a visit may leave the queue with it.
        "visitor": frozenset({"leave"}),
    }
)
WORKING_ROLES = ("office-manager", "officer", "municipal-desk", "greeter")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting in a role at one office, under a pseudonym.

    ``authority`` binds a municipal desk to its own errands; empty means every state authority.
    """

    office: int
    office_key: str
    role: str
    name: str
    authority: str = ""
    user: int | None = None

    def may(self, action: str) -> bool:
        """Whether the role lets them."""
        return action in MAY.get(self.role, frozenset())

    def need(self, action: str) -> None:
        """Refuse what the role does not let them do.

        Raises
        ------
        NotAllowed
            Naming the role and the action.
        """
        if not self.may(action):
            raise NotAllowed(role=self.role, action=action)


_WHO_HOLDS = """
SELECT t.office_id, o.key, t.role, t.name, COALESCE(t.authority_id, ''), t.expires_at
FROM reception_accesstoken t JOIN network_office o ON o.id = t.office_id
WHERE t.token_hash = %s AND t.revoked_at IS NULL
UNION ALL
SELECT d.office_id, o.key, d.kind, d.name, '', NULL
FROM accounts_device d JOIN network_office o ON o.id = d.office_id
WHERE d.token_hash = %s AND d.revoked_at IS NULL
"""


def actor_of_token(token: str) -> Actor | None:
    """Find who holds a token that is in force: one query.

    Only the hash of the token is compared, and by the database: its 256 random bits leave nothing
    to be learnt from how long that takes.
    """
    hashed = token_hash(token)
    with errors_as_usual():
        statements = Statements()
        statements.execute(_WHO_HOLDS, [hashed, hashed])
        found = statements.fetchone()
    if found is None:
        return None
    office, key, role, name, authority, expires = found
    if expires is not None and expires <= to_ms(clock.now()):
        return None
    return Actor(office, key, role, name, authority)


def actor_of_user(user: User | AnonymousUser, office: Office) -> Actor | None:
    """Find in which role somebody works at an office; the widest one where there are several."""
    held = [one for one in appointments_held(user) if one.office_id == office.pk]
    for role in WORKING_ROLES:
        for one in held:
            if one.role == role:
                authority = (one.authority_id or "") if role == "municipal-desk" else ""
                if role == "municipal-desk" and not authority:
                    continue  # without its authority there is nothing it may see
                return Actor(office.pk, office.key, role, pseudonym(user), authority, user.pk)
    return None


def pseudonym(user: User | AnonymousUser) -> str:
    """What the log calls somebody: a word that says nothing to a reader without the accounts."""
    return f"p{user.pk}"


@transaction.atomic
def token_issue(
    *,
    office: Office,
    role: str,
    by: str,
    name: str = "",
    authority: str = "",
    valid_days: int | None = None,
) -> tuple[AccessToken, str]:
    """Make a token for a program; it is shown this once and only its hash is kept.

    Returns
    -------
    tuple of AccessToken and str
        The record, and the token (43 letters, 256 random bits).

    Raises
    ------
    ValueNotAllowed
        When the role is none, or a municipal desk names no authority.
    """
    if role not in AccessToken.Role.values:
        raise ValueNotAllowed(field="role", value=role, allowed=tuple(AccessToken.Role.values))
    if role == AccessToken.Role.MUNICIPAL_DESK and not authority:
        raise ValueNotAllowed(field="authority", value="", allowed=_("the key of the municipality"))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    made = AccessToken.objects.create(
        office=office,
        role=role,
        authority_id=authority or None,
        name=name or f"{role}-{secrets.token_hex(3)}",
        token_hash=token_hash(token),
        issued_at=now,
        issued_by=by,
        expires_at=None if valid_days is None else now + timedelta(days=valid_days),
    )
    return made, token


def token_revoke(token: AccessToken) -> None:
    """Let a token open nothing from now on. Twice is as once."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now())
