"""What a row of an event file may say, and how its words must look.

Whatever is kept of a file is one of few known words or numbers, so that no name, no remark and
nothing a page or a database could stumble over comes in with it. Pure values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from knutpunkt.reception.models.visits import PER_OFFICE

#: A word for somebody, and nothing that reads as a number of the population register.
PSEUDONYM = re.compile(r"[0-9A-Za-zÅÄÖåäö_-]{1,20}")
PERSONAL_NUMBER = re.compile(r"([0-9]{2})?[0-9]{6}[-_]?[0-9]{4}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
NEEDS = ("wheelchair", "hearing", "sight", "reading", "standing", "companion", "quiet")
MODES = ("front", "booked")
EVERY_AUTHORITY = "*"
LONGEST_DATA = 2_000
MOST_DIGITS = len(str(PER_OFFICE))
DAY: Final = 86_400_000
#: The last instant a simulated day may lie at: the calendar ends with the year 9999.
LAST_INSTANT: Final = 253_370_764_800_000
INSTANT_DIGITS = len(str(LAST_INSTANT))

#: Whether a value may be kept, given the row's instant and the authorities on record.
Fits = Callable[[Any, int, frozenset[str]], bool]


def number_read(text: str, digits: int = MOST_DIGITS) -> int:
    """Read a number, of an event unless said otherwise: plain digits, and no more than it has.

    Raises
    ------
    ValueError
        Quoting the text.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise ValueError(f"“{text[:20]}” is not a number")
    return int(text)


def data_read(text: str, kind: str, at: int, authorities: frozenset[str]) -> dict[str, Any]:
    """Read the ``data`` of a row: only what an event of its kind says, and only as it is said.

    Parameters
    ----------
    text
        A JSON object.
    kind
        What happened.
    at
        When (ms since 1970): what is said of another instant lies within a day of it.
    authorities
        Keys on record.

    Raises
    ------
    ValueError
        Naming the first word that is not known, or the first value that does not fit.
    """
    if len(text) > LONGEST_DATA:
        raise ValueError(f"its data is longer than {LONGEST_DATA} characters")
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("its data is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("data is not a JSON object")  # noqa: TRY004  # told() takes ValueError for all that cannot be read
    known = SAID.get(kind, {})
    for name, value in found.items():
        if name not in known:
            raise ValueError(f"data of “{kind[:20]}” does not say “{_shown(name)}”")
        if not known[name](value, at, authorities):
            raise ValueError(f"{name} in data is not as it should be")
    return found


def _shown(name: str) -> str:
    return "".join(letter for letter in name[:20] if letter.isprintable())


def _pseudonym(value: Any, _at: int, _authorities: frozenset[str]) -> bool:
    fits = isinstance(value, str) and PSEUDONYM.fullmatch(value) is not None
    return fits and PERSONAL_NUMBER.fullmatch(value) is None


def _language(value: Any, _at: int, _authorities: frozenset[str]) -> bool:
    return isinstance(value, str) and LANGUAGE.fullmatch(value) is not None


def _languages(value: Any, at: int, authorities: frozenset[str]) -> bool:
    return isinstance(value, list) and all(_language(one, at, authorities) for one in value)


def _authorities(value: Any, _at: int, authorities: frozenset[str]) -> bool:
    if not isinstance(value, list):
        return False
    return all(isinstance(one, str) and (one in authorities or one == EVERY_AUTHORITY)
               for one in value)  # fmt: skip


def _needs(value: Any, _at: int, _authorities: frozenset[str]) -> bool:
    return isinstance(value, str) and set(value.split(",")) <= set(NEEDS)


def _mode(value: Any, _at: int, _authorities: frozenset[str]) -> bool:
    return isinstance(value, str) and value in MODES


def _near(value: Any, at: int, _authorities: frozenset[str]) -> bool:
    return type(value) is int and abs(value - at) <= DAY


def _number(value: Any, _at: int, _authorities: frozenset[str]) -> bool:
    return type(value) is int and 0 < value < PER_OFFICE


_OF_A_VISIT: dict[str, Fits] = {
    "accrues_from": _near, "due_at": _near, "interpreter": _language, "needs": _needs,
}  # fmt: skip
#: What the data of an event may say, by kind; of all others nothing.
SAID: dict[str, dict[str, Fits]] = {
    "session-opened": {
        "staff": _pseudonym, "mode": _mode, "languages": _languages, "authorities": _authorities,
    },
    "issued": _OF_A_VISIT,
    "checked-in": _OF_A_VISIT,
    "added": {"parent": _number},
}  # fmt: skip
