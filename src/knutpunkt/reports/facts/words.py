"""How a value is said in a report, in Swedish and English: pure, so that bytes never vary."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from knutpunkt.core import edtf

NBSP = "\N{NO-BREAK SPACE}"
MONTHS = {
    "sv": (
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_WORDS = {
    "sv": {
        "unknown": "okänt när", "by": "senast {}", "not before": "tidigast {}",
        "between": "mellan {} och {}", "and": "och", "per cent": f"{NBSP}procent",
        "under": "under ", "over": "över ", "minutes": f"{NBSP}minuter", "SEK": f"{NBSP}kronor",
        "to": "till",
    },
    "en": {
        "unknown": "not known when", "by": "by {}", "not before": "not before {}",
        "between": "between {} and {}", "and": "and", "per cent": f"{NBSP}per cent",
        "under": "below ", "over": "above ", "minutes": f"{NBSP}minutes", "SEK": f"{NBSP}SEK",
        "to": "to",
    },
}  # fmt: skip

Value = str | int | float | bool | None


def say(value: Value, unit: str, language: str) -> str:
    """Say a value.

    Parameters
    ----------
    value
        A number, a text, an ISO day or an EDTF rough day.
    unit
        ``text``, ``day``, ``month``, ``rough day``, ``share`` (0 to 1), ``minutes``, ``km``,
        ``SEK``; any other unit (``offices``, ``runs`` …) is a whole number said without its unit.
    language
        ``sv`` or ``en``.

    Returns
    -------
    str
        ``31 januari 2022``, ``september 2022``, ``82 procent``, ``1 234 000 kronor``.
    """
    if unit == "text" or value is None:
        return str(value or "")
    spoken = _SPOKEN.get(unit)
    return spoken(value, language) if spoken else _number(int(value), language)


def between(earliest: date, latest: date, language: str) -> str:
    """Say on which days something can have happened."""
    words = _WORDS[language]
    if earliest == latest:
        return _day(earliest, language)
    if earliest == edtf.DAWN:
        return (
            words["unknown"] if latest == edtf.DUSK else words["by"].format(_day(latest, language))
        )
    if latest == edtf.DUSK:
        return words["not before"].format(_day(earliest, language))
    return _whole(earliest, latest, language) or words["between"].format(
        _day(earliest, language), _day(latest, language)
    )


def join_words(parts: Sequence[str], language: str) -> str:
    """Join names: ``Boden, Laholm och Åre``."""
    if len(parts) < 2:  # noqa: PLR2004  # one name needs no conjunction
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {_WORDS[language]['and']} {parts[-1]}"


def _day(day: date, language: str) -> str:
    return f"{day.day}{NBSP}{_month(day, language)}"


def _month(day: date, language: str) -> str:
    return f"{MONTHS[language][day.month - 1]}{NBSP}{day.year}"


def _whole(earliest: date, latest: date, language: str) -> str:
    """Name a whole month or year, where the bounds are its first and last day."""
    if (earliest.month, earliest.day, latest.month, latest.day) == (1, 1, 12, 31):
        return str(earliest.year) if earliest.year == latest.year else ""
    last = calendar.monthrange(latest.year, latest.month)[1]
    same = (earliest.year, earliest.month) == (latest.year, latest.month)
    return _month(earliest, language) if same and (earliest.day, latest.day) == (1, last) else ""


def _share(share: float, language: str) -> str:
    words = _WORDS[language]
    per_cent = round(100 * share)
    if share > 0 and per_cent == 0:
        return f"{words['under']}1{words['per cent']}"
    if share < 1 and per_cent == 100:  # noqa: PLR2004  # certainty is not claimed by rounding
        return f"{words['over']}99{words['per cent']}"
    return f"{per_cent}{words['per cent']}"


def _decimal(number: float, language: str) -> str:
    text = f"{number:.1f}"
    return text.replace(".", ",") if language == "sv" else text


def _number(number: int, language: str) -> str:
    return f"{number:,}".replace(",", NBSP if language == "sv" else ",").replace("-", "−")


def _rough_day(text: str, language: str) -> str:
    rough = edtf.parse(text)
    return between(rough.earliest, rough.latest, language)


_SPOKEN: dict[str, Callable[[Any, str], str]] = {
    "day": lambda value, language: _day(date.fromisoformat(value), language),
    "month": lambda value, language: _month(date.fromisoformat(value), language),
    "rough day": _rough_day,
    "share": _share,
    "minutes": lambda value, language: _decimal(value, language) + _WORDS[language]["minutes"],
    "km": lambda value, language: f"{_number(round(value), language)}{NBSP}km",
    "SEK": lambda value, language: _number(value, language) + _WORDS[language]["SEK"],
}
