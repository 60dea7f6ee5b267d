"""A line of the inbox: its sentence is made when it is read, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import get_language, gettext

#: ``late``: a day has passed; ``soon``: a day is near; ``note``: to be looked at.
Severity = Literal["late", "soon", "note"]
ORDER: tuple[Severity, ...] = ("late", "soon", "note")


@dataclass(frozen=True, slots=True)
class Target:
    """What an item is about: its kind (``project``, ``gate``, ``change`` …) and its key or number.

    Pages know the address of each kind.
    """

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class InboxItem:
    """Something that waits for a manager.

    ``message`` is an English text with places for ``values``; a pair of values is Swedish and
    English. ``since`` is the day from which it waits.
    """

    kind: str
    message: str
    values: Mapping[str, object]
    since: date
    target: Target
    severity: Severity
    programme: str = ""

    @property
    def sentence(self) -> str:
        """The item in the language of whoever reads it."""
        return gettext(self.message) % {name: said(value) for name, value in self.values.items()}


def said(value: object) -> object:
    """Choose the language of a pair; days are written as ISO 8601."""
    if isinstance(value, tuple):
        swedish, english = value
        return english if get_language() == "en" else swedish
    return value.isoformat() if isinstance(value, date) else value
