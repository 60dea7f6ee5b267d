"""What a visitor presses: read strictly, and each form answered once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from knutpunkt.reception.errors import ValueNotAllowed
from knutpunkt.reception.kiosk.languages import Language

SALT = "knutpunkt.reception.kiosk.once"
#: A page may stand on the screen for a working day before somebody presses.
STANDS = 12 * 3600
LARGEST_PARTY = 9
NEEDS = ("wheelchair", "hearing", "sight")

#: Languages an interpreter can be asked for, each by its own name (ISO 639).
INTERPRETERS = {
    "ar": "العربية",
    "prs": "دری",
    "fa": "فارسی",
    "so": "Soomaali",
    "uk": "Українська",
    "ti": "ትግርኛ",
    "ku": "Kurdî",
    "tr": "Türkçe",
    "ru": "Русский",
    "pl": "Polski",
    "es": "Español",
    "fr": "Français",
    "en": "English",
    "swl": "Svenskt teckenspråk",
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a visitor may say besides, of their own accord."""

    hard_to_wait: bool = False
    access: tuple[str, ...] = ()
    interpreter: str = ""
    people: int = 1

    def as_asked(self) -> dict[str, Any]:
        """The same in the words of ``visit_open``."""
        return {
            "prio_class": "frail" if self.hard_to_wait else "ordinary",
            "access_needs": ",".join(self.access),
            "interpreter": self.interpreter,
            "party_size": self.people,
        }


def needs_read(said: QueryDict) -> Needs:
    """Read the optional part of the form; what is none of the choices is left out.

    The form offers choices only, so anything else was not pressed by a visitor.
    """
    people = said.get("people", "1")
    allowed = people.isascii() and people.isdigit() and 1 <= int(people[:2]) <= LARGEST_PARTY
    interpreter = said.get("interpreter", "")
    return Needs(
        hard_to_wait="hard_to_wait" in said,
        access=tuple(need for need in NEEDS if need in said.getlist("need")),
        interpreter=interpreter if interpreter in INTERPRETERS else "",
        people=int(people) if allowed and len(people) == 1 else 1,
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A box or a line of a list, with whether it is chosen."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class NeedsForm:
    """The optional part of the form, ready to show."""

    boxes: tuple[Choice, ...]
    hard_to_wait: bool
    people: tuple[Choice, ...]
    interpreters: tuple[Choice, ...]


def needs_form(language: Language, needs: Needs) -> NeedsForm:
    """Show what was chosen already, so that a refused press loses nothing."""
    sizes = [str(size) for size in range(1, LARGEST_PARTY + 1)]
    return NeedsForm(
        tuple(Choice(need, language.words[need], need in needs.access) for need in NEEDS),
        needs.hard_to_wait,
        tuple(Choice(size, size, size == str(needs.people)) for size in sizes),
        tuple(Choice(code, name, code == needs.interpreter) for code, name in _own_first(language)),
    )


def _own_first(language: Language) -> list[tuple[str, str]]:
    """Every language an interpreter can be had for, the visitor's own at the top."""
    return sorted(INTERPRETERS.items(), key=lambda known: known[0] != language.code)


def once() -> str:
    """A mark that makes a form good for one ticket, however often it is sent."""
    return signing.dumps(secrets.token_urlsafe(18), salt=SALT)


def request_key(said: Mapping[str, Any]) -> str:
    """Read the mark of a form.

    Raises
    ------
    ValueNotAllowed
        When it is not ours, or of yesterday.
    """
    mark = str(said.get("once", ""))
    try:
        return f"kiosk-{signing.loads(mark, salt=SALT, max_age=STANDS)}"
    except signing.BadSignature:
        raise ValueNotAllowed(field="once", value=mark, allowed=_("a form of this kiosk")) from None
