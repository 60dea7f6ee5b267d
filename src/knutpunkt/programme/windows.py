"""The municipality window: a link by which a municipality reads its own slot, without an account.

Whoever holds the link may read; only a hash of it is kept, so it is shown once. A wrong, an
expired and a revoked link get the same answer, so that nobody learns from it which links exist.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import SharedWindow, Slot
from knutpunkt.programme.writing import saved

TOKEN_BYTES = 32


class WindowShut(KnutpunktError):
    """The link opens nothing: it is unknown, has expired or was revoked."""

    code = "window-shut"
    hint = gettext_noop("Ask the programme office for a new link.")
    status = 404

    def __init__(self) -> None:
        super().__init__(_("This link does not open anything, or no longer does."))


class WindowAlreadyOver(KnutpunktError):
    """A link would expire before it is issued."""

    code = "window-already-over"
    hint = gettext_noop("Give a day that is still to come.")

    def __init__(self, *, expires_on: date) -> None:
        super().__init__(_("The link would have expired on %(day)s.") % {"day": expires_on})


@transaction.atomic
def window_issue(
    *, slot: Slot, issued_to: str, expires_on: date, by: str
) -> tuple[SharedWindow, str]:
    """Make a link to a slot, which opens up to and including a day.

    Returns
    -------
    tuple of SharedWindow and str
        The window, and the token of its link (43 letters, 256 random bits), shown this once.

    Raises
    ------
    WindowAlreadyOver, Invalid
        When the day has passed or a value is not allowed.
    """
    if expires_on < clock.today():
        raise WindowAlreadyOver(expires_on=expires_on)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    window = SharedWindow(
        slot=slot,
        token_hash=_hash(token),
        issued_to=issued_to,
        expires_on=expires_on,
        issued_by=by,
    )
    saved(window)
    told: dict[str, Any] = {"window": window.pk, "slot": slot.key, "expires_on": expires_on}
    log_write(slot.programme, "window-issued", by=by, issued_to=issued_to, **told)
    return window, token


@transaction.atomic
def window_revoke(*, window: SharedWindow, by: str) -> SharedWindow:
    """Make a link open nothing from now on. Twice is as once."""
    revoked = SharedWindow.objects.filter(pk=window.pk, revoked_at=None)
    if revoked.update(revoked_at=clock.now()):
        log_write(window.slot.programme, "window-revoked", by=by, window=window.pk)
    window.refresh_from_db()
    return window


def window_find(token: str, *, on: date) -> Slot:
    """Find the slot a link opens on a day: one query, whatever the token.

    Raises
    ------
    WindowShut
        When it opens none; the sentence does not say why.
    """
    slots = Slot.objects.select_related("programme", "wave", "municipality", "clause")
    found = slots.filter(
        windows__token_hash=_hash(token), windows__expires_on__gte=on, windows__revoked_at=None
    ).first()
    if found is None:
        raise WindowShut
    return found


def _hash(token: str) -> str:
    """Return what is kept of a token: a fast hash is enough where there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
