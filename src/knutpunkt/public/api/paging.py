"""Pages by key: what comes after a key does not shift when something is added before it."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from knutpunkt.network.selectors import OfficeOnDay
from knutpunkt.public.api.asked import KEY
from knutpunkt.public.api.errors import ParameterRefused

LARGEST_PAGE = 200
USUAL_PAGE = 50
_MARK = b"after:"
"""Begins what a cursor says, so that other text is not taken for one."""

Cursor = Annotated[
    str | None,
    Query(
        pattern=r"^[-a-zA-Z0-9_]{1,120}$",
        description="The “next_cursor” of the page before; the first without.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Offices on a page.")]


def cursor_of(key: str | None) -> str | None:
    """Write the cursor that goes on after a key; ``None`` where nothing follows."""
    if key is None:
        return None
    return urlsafe_b64encode(_MARK + key.encode()).decode().rstrip("=")


def key_of(cursor: str | None) -> str | None:
    """Read the key a cursor goes on after.

    Raises
    ------
    ParameterRefused
        When the text was not given out as a cursor.
    """
    if cursor is None:
        return None
    try:
        said = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        said = ""
    key = said.removeprefix(_MARK.decode())
    if not re.fullmatch(KEY, key) or cursor_of(key) != cursor:
        raise ParameterRefused(
            field="cursor",
            message=f"“{cursor}” is not a cursor.",
            hint="Pass “next_cursor” of the page before as it is, or follow “next”.",
        )
    return key


def page_at(
    offices: Sequence[OfficeOnDay], cursor: str | None, limit: int
) -> tuple[list[OfficeOnDay], str | None]:
    """Cut the page a cursor leads to, and give the cursor of the next.

    Raises
    ------
    ParameterRefused
        When the text was not given out as a cursor.
    """
    page, last_key = page_after(offices, key_of(cursor), limit)
    return page, cursor_of(last_key)


def page_after(
    offices: Sequence[OfficeOnDay], key: str | None, limit: int
) -> tuple[list[OfficeOnDay], str | None]:
    """Cut the page that follows a key.

    Returns
    -------
    tuple of list and str or None
        The offices in the order of their keys, and the key to go on from; ``None`` at the end.
    """
    ordered = sorted(offices, key=lambda office: office.key)
    rest = [office for office in ordered if key is None or office.key > key]
    page = rest[:limit]
    return page, page[-1].key if len(rest) > limit else None


def address_of_next(request: HttpRequest, cursor: str | None) -> str | None:
    """Return the address asked for, with the cursor of the next page."""
    if cursor is None:
        return None
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return f"{request.path}?{asked.urlencode()}"
