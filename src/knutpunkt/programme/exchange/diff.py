"""What a file would change, to be read by a person and approved or not."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from django.core import signing

from knutpunkt.programme.exchange.errors import ChangesUnreadable
from knutpunkt.programme.exchange.words import DAYS, HEADINGS, Language, said

FORMAT = "knutpunkt-changes/1"
SALT = "knutpunkt.programme.exchange"
#: How long changes may lie on the screen before somebody approves them.
SECONDS_TO_APPROVE = 8 * 3600


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: which row of the programme, which field, what stands there and what would.

    Days are ISO dates, lights ``green``, ``amber`` or ``red``; empty means nothing is said.
    """

    row: str
    field: str
    old: str
    new: str
    name_sv: str
    name_en: str

    def heading(self, language: Language) -> str:
        """Name of the field as it stands above its column."""
        return said(HEADINGS[self.field], language)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a place in the file (``Status!H12``, ``line 7``): a problem or a note."""

    place: str
    sentence_sv: str
    sentence_en: str

    def sentence(self, language: Language) -> str:
        """Say it, with the place, in one language."""
        text = self.sentence_sv if language == "sv" else self.sentence_en
        return f"{self.place}: {text}" if self.place else text


@dataclass(frozen=True, slots=True)
class ProgrammeDiff:
    """What a file would change in a programme.

    ``problems`` forbid taking anything over; ``notes`` say what of the file is left aside.
    ``fingerprint`` is that of the rows touched, as they were when the changes were reckoned:
    approving is refused when they are others by then.
    """

    programme: str
    origin: str
    changes: tuple[Change, ...] = ()
    problems: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    fingerprint: str = ""

    @property
    def rows(self) -> frozenset[str]:
        """Keys of the rows that change."""
        return frozenset(change.row for change in self.changes)

    def as_json(self) -> str:
        """Write it as JSON; `from_json` reads it back."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `as_json` wrote.

        Raises
        ------
        ChangesUnreadable
            When it is not in this form.
        """
        try:
            found = json.loads(text)
            if found.pop("format") != FORMAT:
                raise ChangesUnreadable(reason="they are written in another form")
            return cls(
                programme=_text(found["programme"]),
                origin=_text(found["origin"]),
                changes=tuple(_change(_texts(row)) for row in found["changes"]),
                problems=tuple(Remark(**_texts(row)) for row in found["problems"]),
                notes=tuple(Remark(**_texts(row)) for row in found["notes"]),
                fingerprint=_text(found["fingerprint"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ChangesUnreadable(reason="they are damaged") from None

    def sealed(self) -> str:
        """Write it signed, so that a form can carry it and nobody can alter it on the way."""
        return signing.dumps(self.as_json(), salt=SALT, compress=True)

    @classmethod
    def unsealed(cls, text: str) -> Self:
        """Read what `sealed` wrote.

        Raises
        ------
        ChangesUnreadable
            When it was altered, or shown more than eight hours ago.
        """
        try:
            plain = signing.loads(text, salt=SALT, max_age=SECONDS_TO_APPROVE)
        except signing.SignatureExpired:
            raise ChangesUnreadable(reason="they were shown too long ago") from None
        except (signing.BadSignature, ValueError):
            raise ChangesUnreadable(reason="their signature is not ours") from None
        return cls.from_json(_text(plain))


def _change(texts: dict[str, str]) -> Change:
    change = Change(**texts)
    if change.field in DAYS and change.new:
        date.fromisoformat(change.new)
    return change


def _texts(row: Any) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in dict(row).items()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
