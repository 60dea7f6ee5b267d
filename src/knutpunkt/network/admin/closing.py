"""A decision to close in the admin: what it lacks, field by field, and what history says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from knutpunkt.core import clock, edtf
from knutpunkt.network.closing import (
    BOARD,
    ClosingAgainstTheRule,
    judge,
    refuse_closing_against_the_rule,
)
from knutpunkt.network.models import EventKind, OfficeEvent
from knutpunkt.network.selectors.views import on_record

#: What of an event the closing rule looks at.
SAID_OF_A_CLOSING = {
    "kind", "happened_on", "decided_by", "decided_on", "consulted", "consulted_on",
    "leaves_municipality",
}  # fmt: skip


def is_new_closing(event: dict[str, Any]) -> bool:
    """Whether a closing is still ahead. One that is past is history and keeps its finding."""
    if event.get("kind") != EventKind.CLOSED:
        return False
    return edtf.parse(event["happened_on"]).latest >= clock.today()


def decision(event: dict[str, Any]) -> dict[str, Any]:
    """Read what the closing rule asks for; the record itself says only that one consulted.

    Days that are not known exactly are ``None``; ``gaps`` names them.
    """
    decided_on = _exact_day(event.get("decided_on"))
    consulted = event.get("consulted_on")
    if consulted is None and event.get("consulted") == "yes":
        consulted = decided_on
    return {
        "last_day": _exact_day(event["happened_on"]),
        "decided_by": event.get("decided_by", ""),
        "decided_on": decided_on,
        "consulted_on": consulted,
        "decision": event.get("decision", ""),
        "source": event.get("source", ""),
        "another_remains": {"yes": False, "no": True}.get(event.get("leaves_municipality", "")),
    }


def gaps(event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a new decision to close lacks or breaks, with the field it is about."""
    said = decision(event)
    if said["last_day"] is None:
        yield "happened_on", gettext("Name the last visiting day exactly.")
    if said["decided_on"] is None:
        yield "decided_on", gettext("Name the day of the decision exactly.")
    if not said["decided_by"]:
        yield "decided_by", gettext("Say who decided: the board or the director-general.")
    yield from _against_the_rule(event, said)


def _against_the_rule(event: dict[str, Any], said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Ask the rule about one field at a time, with the others as the rule wants them."""
    day = said["decided_on"] or edtf.DUSK
    consulted = day if event.get("consulted") == "yes" else None
    kept = {
        "decided_by": BOARD, "decided_on": day, "consulted_on": day, "last_day": day,
        "remain": True,
    }  # fmt: skip
    remain = said["another_remains"] is not False
    asked = {
        "decided_by": {"decided_by": said["decided_by"] or BOARD, "remain": remain},
        "consulted_on": {"consulted_on": said["consulted_on"] or consulted},
        "happened_on": {"last_day": (said["decided_on"] and said["last_day"]) or day},
    }
    for field, given in asked.items():
        try:
            refuse_closing_against_the_rule(**kept | given)
        except ClosingAgainstTheRule as refused:
            yield field, str(refused)


def warning_of(event: OfficeEvent) -> str:
    """Say what a recorded closing leaves open or breaks; nothing when the rule was kept."""
    finding, (because_sv, because_en) = judge(on_record(event))
    if finding == "kept":
        return ""
    because = because_sv if (get_language() or "").startswith("sv") else because_en
    sentences = {
        "broken": gettext("The closing is recorded, and it broke the closing rule: %(because)s"),
        "undocumented": gettext(
            "The closing is recorded, but nothing shows that the closing rule was kept: %(because)s"
        ),
    }
    return sentences[finding] % {"because": because}


def _exact_day(text: str | None) -> date | None:
    day = edtf.parse(text) if text else None
    return day.earliest if day is not None and day.exact else None
