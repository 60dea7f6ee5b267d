"""Pages by key: what comes after a key does not shift when something is added before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from knutpunkt.network.selectors import OfficeOnDay
from knutpunkt.public.api.asked import KEY

LARGEST_PAGE = 200
USUAL_PAGE = 50

Cursor = Annotated[
    str | None,
    Query(pattern=KEY, description="The “next_cursor” of the page before; the first without."),
]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Offices on a page.")]


def page_after(
    offices: Sequence[OfficeOnDay], cursor: str | None, limit: int
) -> tuple[list[OfficeOnDay], str | None]:
    """Cut the page that follows a key.

    Returns
    -------
    tuple of list and str or None
        The offices in the order of their keys, and the key to go on from; ``None`` at the end.
    """
    ordered = sorted(offices, key=lambda office: office.key)
    rest = [office for office in ordered if cursor is None or office.key > cursor]
    page = rest[:limit]
    return page, page[-1].key if len(rest) > limit else None


def address_of_next(request: HttpRequest, cursor: str | None) -> str | None:
    """Return the address asked for, with the cursor of the next page."""
    if cursor is None:
        return None
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return f"{request.path}?{asked.urlencode()}"
