"""What a municipality sees of its own slot, and the links it sees it by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.programme.models import ProjectKind, SharedWindow, Slot
from knutpunkt.programme.pages.words import day, moment, said
from knutpunkt.programme.selectors.window import WindowView


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a gate asks for."""

    name: str
    filed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A gate on the way, with its open documents."""

    name: str
    passed: str
    next: bool
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class WindowPage:
    """A slot as its municipality may see it."""

    title: str
    what: str
    programme: str
    today: str
    state: str
    deadline: str
    premises: str
    forecast: str
    p50: str
    p80: str
    steps: tuple[Step, ...]


def window_page(view: WindowView, *, on: date) -> WindowPage:
    """Write out the window of a slot."""
    ahead = view.next_gate
    waiting = view.opened_on is None and view.dropped_on is None and view.stopped_on is None
    return WindowPage(
        title=view.slot,
        what=str(ProjectKind(view.kind).label) if view.kind else "",
        programme=said(view, "title"),
        today=day(on),
        state=_state(view),
        deadline=day(view.deadline),
        premises=view.premises,
        forecast=day(view.forecast_on) if view.forecast_on and waiting else "",
        p50=day(view.p50) if view.p50 else _("not foreseen"),
        p80=day(view.p80) if view.p80 else _("not foreseen"),
        steps=tuple(
            Step(
                name=said(gate, "name"),
                passed=day(gate.passed_on) if gate.passed_on else "",
                next=waiting and gate is ahead,
                papers=tuple(Paper(said(asked, "name"), asked.filed) for asked in gate.asked),
            )
            for gate in view.gates
        ),
    )


def _state(view: WindowView) -> str:
    if view.opened_on:
        return _("Open to visitors since %(day)s.") % {"day": day(view.opened_on)}
    if view.dropped_on:
        return _("The office was dropped from the programme on %(day)s.") % {
            "day": day(view.dropped_on)
        }
    if view.stopped_on:
        return _("The work was stopped on %(day)s.") % {"day": day(view.stopped_on)}
    return _("The work is under way.") if view.kind else _("The work has not begun.")


@dataclass(frozen=True, slots=True)
class WindowLine:
    """A link that was issued."""

    pk: int
    issued_to: str
    issued: str
    expires: str
    state: str
    open: bool


@dataclass(frozen=True, slots=True)
class WindowsPage:
    """The links to one slot."""

    key: str
    slot: str
    programme: str
    title: str
    lines: tuple[WindowLine, ...]


def windows_page(slot: Slot, windows: Iterable[SharedWindow], *, on: date) -> WindowsPage:
    """Write out the links to a slot."""
    return WindowsPage(
        key=slot.programme.key,
        slot=slot.key,
        programme=said(slot.programme, "title"),
        title=slot.name,
        lines=tuple(_window(row, on) for row in windows),
    )


def _window(row: SharedWindow, on: date) -> WindowLine:
    if row.revoked_at:
        state = _("revoked %(when)s") % {"when": moment(row.revoked_at)}
    else:
        state = _("expired") if row.expires_on < on else _("opens the page")
    return WindowLine(
        pk=row.pk,
        issued_to=row.issued_to,
        issued=_("%(when)s by %(who)s") % {"when": moment(row.issued_at), "who": row.issued_by},
        expires=day(row.expires_on),
        state=state,
        open=row.revoked_at is None and row.expires_on >= on,
    )
