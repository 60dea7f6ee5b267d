"""Days, amounts and names in the language of the page."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from knutpunkt.core import edtf
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.planning.figures import both

NOTHING = "–"
_SPAN = re.compile(r"\[[0-9.-]*\.\.[0-9.-]*\]")


def language() -> str:
    """Language of the page: ``sv`` or ``en``."""
    return "en" if get_language() == "en" else "sv"


def said(thing: object, name: str) -> str:
    """A text kept in both languages, in that of the page."""
    return str(getattr(thing, f"{name}_{language()}"))


def day(on: date | None) -> str:
    """``27 juni 2022``; a dash where there is none."""
    return date_format(on, "j F Y") if on else NOTHING


def short_day(on: date | None) -> str:
    """``27 jun 2022``, for tables; a dash where there is none."""
    month = "M" if language() == "en" else "b"  # Swedish writes months small
    return date_format(on, f"j {month} Y") if on else NOTHING


def rough_day(text: str) -> str:
    """``between 1 June 2023 and 20 June 2023`` for what the register knows only roughly.

    Raises
    ------
    RoughDateUnreadable
        When the text is not EDTF.
    """
    rough = edtf.parse(text)
    if rough.exact:
        return day(rough.earliest)
    if rough.earliest == edtf.DAWN:
        return _("by %(day)s") % {"day": day(rough.latest)}
    if rough.latest == edtf.DUSK:
        return _("not before %(day)s") % {"day": day(rough.earliest)}
    return _("between %(first)s and %(last)s") % {
        "first": day(rough.earliest),
        "last": day(rough.latest),
    }


def with_spans_in_words(sentence: str) -> str:
    """Say the spans that stand in a sentence as the register writes them in words."""
    return _SPAN.sub(lambda found: rough_day(found[0]), sentence)


def moment(at: datetime) -> str:
    """``27 juni 2022 14:05``, in the network's time zone."""
    return date_format(at.astimezone(NETWORK_ZONE), "j F Y H:i")


def number(value: float, decimals: int = 0) -> str:
    """A number with the separators of the language."""
    swedish, english = both(value, decimals)
    return english if language() == "en" else swedish


def kronor(amount: int | None) -> str:
    """``1 200 000 kr``; a dash where nothing is known."""
    return NOTHING if amount is None else _("SEK %(amount)s") % {"amount": number(amount)}


def percent(share: float) -> int:
    """A share from 0 to 1 in whole per cent; never 100 before everything is there."""
    return int(100 * share)


def size(length: int) -> str:
    """How large a file is: ``340 kB``, ``2.1 MB``."""
    kilobytes = max(1, round(length / 1000))
    if kilobytes < 1000:  # noqa: PLR2004  # below a thousand kilobytes is the nearer unit
        return f"{number(kilobytes)} kB"
    return f"{number(length / 1_000_000, 1)} MB"
