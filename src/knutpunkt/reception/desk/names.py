"""What offices are called today, and what the codes of the reception read as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language

from knutpunkt.core import clock
from knutpunkt.network.models import Authority, OfficeName
from knutpunkt.reception.words import ACTIONS, CHANNELS, LANGUAGES, NEEDS, OUTCOMES, STATES

#: Every outcome in words. The order of the clerk's is that of ``transitions.BY_CLERK``.

__all__ = [
    "ACTIONS",
    "CHANNELS",
    "LANGUAGES",
    "NEEDS",
    "OUTCOMES",
    "STATES",
    "in_page_language",
    "in_words",
    "names_of_authorities",
    "names_of_offices",
]


def names_of_offices(keys: Iterable[int]) -> dict[int, str]:
    """Names that offices bear today, by their number; who has none is left out. One query."""
    today = clock.today()
    found: dict[int, str] = {}
    rows = OfficeName.objects.known_on(None).filter(office_id__in=list(keys))
    for row in rows.order_by("valid_from_earliest", "pk"):
        if row.may_hold_on(today):
            found[row.office_id] = row.name
    return found


def names_of_authorities() -> dict[str, str]:
    """Every authority by its key, in the language of the page. One query."""
    column = "name_sv" if _swedish() else "name_en"
    return dict(Authority.objects.order_by(column).values_list("slug", column))


def in_words(codes: str, words: Mapping[str, object]) -> str:
    """Codes separated by spaces or commas, each in words; one nobody knows stands as it is."""
    parts = codes.replace(",", " ").split()
    return ", ".join(str(words.get(part, part)) for part in parts)


def in_page_language(swedish: str, english: str) -> str:
    """The one of two texts that is in the language of the page."""
    return (swedish or english) if _swedish() else (english or swedish)


def _swedish() -> bool:
    return (get_language() or "").startswith("sv")
