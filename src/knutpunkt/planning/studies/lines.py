"""What is written in the forms of studies, one thing to a line: read by name, with an amount."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.selectors import office_key, place_key


def finder(kind: str, on: date) -> Callable[[str], tuple[str, str]]:
    """Choose what finds the place or the office a rule of a kind is about, by what is written."""
    if kind in ("must_open", "never_open"):
        return place_key
    return lambda text: office_key(text, on=on)


def site_key(text: str, on: date) -> str:
    """Find a place or an office by what is written.

    Raises
    ------
    QuestionRefused
        When there is none, or both a place and an office of the name.
    """
    found = []
    for find in (place_key, finder("keep", on)):
        try:
            found.append(find(text)[0])
        except QuestionRefused:
            continue
    if not found:
        place_key(text)
    if len(found) > 1:
        raise QuestionRefused(
            reason=_("“%(text)s” is both a place and an office.") % {"text": text},
            hint=_("Write one of these keys: %(keys)s.") % {"keys": ", ".join(found)},
        )
    return found[0]


def lines(text: str) -> list[tuple[str, str]]:
    """Split each line at its first colon that a space follows; keys have colons of their own."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _colon, reason = line.partition(": ")
        found.append((name.strip(), reason.strip()))
    return found


def savings_of(text: str, on: date) -> list[tuple[str, float]]:
    """Read what closing each office saves a year, by its key.

    Raises
    ------
    QuestionRefused
        When an office is not on record or an amount is no number.
    """
    found = []
    for name, amount in lines(text):
        key, label = office_key(name, on=on)
        saving = _number(amount)
        if not math.isfinite(saving):
            raise QuestionRefused(
                reason=_("The saving at “%(office)s” is not a number.") % {"office": label},
                hint=_("Give an amount a year, or leave the office out."),
            )
        found.append((key, saving))
    return found


def costs_of(text: str) -> list[tuple[str, float, float]]:
    """Read key, cost of opening and cost of running a year.

    Raises
    ------
    QuestionRefused
        When a place is not on record or an amount is no number.
    """
    found = []
    for name, amounts in lines(text):
        key, label = place_key(name)
        once, _semicolon, yearly = amounts.partition(";")
        both = _number(once), _number(yearly)
        if not all(map(math.isfinite, both)):
            raise QuestionRefused(
                reason=_("The costs at “%(place)s” are not two numbers.") % {"place": label},
                hint=_("Write opening and running a year with a semicolon between."),
            )
        found.append((key, *both))
    return found


def decay_of(text: str) -> tuple[tuple[float, float], ...]:
    """Read minutes and shares; the per cent are written with or without their sign."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        way, _colon, share = line.partition(":")
        found.append((_number(way), _number(share.replace("%", "")) / 100))
    return tuple(found)


def _number(text: str) -> float:
    """Read a number with its spaces; what is none is not a number."""
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return math.nan
