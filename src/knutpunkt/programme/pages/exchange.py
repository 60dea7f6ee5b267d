"""What a file would change, to be read before it is approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.programme.exchange.diff import Change, ProgrammeDiff
from knutpunkt.programme.exchange.words import LIGHTS, Language
from knutpunkt.programme.exchange.words import said as word
from knutpunkt.programme.models import Programme
from knutpunkt.programme.pages.words import NOTHING, day, language, said


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A cell that would change."""

    name: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """What a file would change in a programme."""

    key: str
    title: str
    origin: str
    lines: tuple[ChangeLine, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    sealed: str


def approval_page(programme: Programme, diff: ProgrammeDiff) -> ApprovalPage:
    """Write out the changes; sealed for approval where nothing forbids it."""
    own = _language()
    origins = {"sheet": _("status sheet"), "mspdi": _("plan of MS Project")}
    possible = bool(diff.changes) and not diff.problems
    return ApprovalPage(
        key=programme.key,
        title=said(programme, "title"),
        origin=origins[diff.origin],
        lines=tuple(_line(change) for change in diff.changes),
        problems=tuple(remark.sentence(own) for remark in diff.problems),
        notes=tuple(remark.sentence(own) for remark in diff.notes),
        sealed=diff.sealed() if possible else "",
    )


def _line(change: Change) -> ChangeLine:
    return ChangeLine(
        name=said(change, "name"),
        field=change.heading(_language()),
        old=_value(change.field, change.old),
        new=_value(change.field, change.new),
    )


def _value(field: str, text: str) -> str:
    """A value in the language of the reader; days and lights are kept as words for programs."""
    if not text:
        return NOTHING
    if field == "light":
        return word(LIGHTS[text], _language())
    if field in ("started", "finished", "as_of"):
        return day(date.fromisoformat(text))
    return text


def _language() -> Language:
    return "en" if language() == "en" else "sv"
