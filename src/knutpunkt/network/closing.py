"""Who may close an office, and what must come first.

The rule of the Swedish network, as its agency stated it in April 2025: the director-general closes
where another office remains in the municipality, the board where the agency leaves it;
consultation and decision come before the last visiting day, which is inclusive.

Source: https://statenssc.se/nyheter/nyhetsarkiv/2025-04-10-beslut-om-att-elva-servicekontor-avvecklas
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import edtf
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.life import Certainty
from knutpunkt.network.selectors import EventOnRecord, NetworkOnDay, OfficeOnDay, network_on

Finding = Literal["kept", "broken", "undocumented"]

BOARD = "board"
DIRECTOR_GENERAL = "director-general"
DECIDERS = (BOARD, DIRECTOR_GENERAL)


class ClosingAgainstTheRule(KnutpunktError):
    """A new decision to close does not follow the closing rule."""

    code = "closing-against-the-rule"
    hint = gettext_noop(
        "Let the right body decide after consultation, and set the last visiting day no earlier "
        "than the day of the decision."
    )
    status = 409


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing on record with the finding whether the rule was kept, and why."""

    office: str
    name: str
    municipality: str
    last_day: str
    decided_by: str
    decided_on: str
    leaves_municipality: Certainty
    finding: Finding
    because_sv: str
    because_en: str
    source: str


def others_remain(network: NetworkOnDay, office: str, municipality: str | None) -> Certainty:
    """Whether another office in the municipality is open on the day of the network, and stays.

    An office that is decided to close does not remain. Offices that no source names may stand
    there too, so where none is known it is only surely "no" when the register has no unnamed
    offices; and where it is not known in which municipality the office stands, nobody can tell.
    """
    answers = {
        "no" if _is_to_close(other) else other.open
        for other in network.offices
        if other.key != office and other.address.municipality_code == municipality
    }
    if municipality is None:
        return "perhaps"
    if "yes" in answers:
        return "yes"
    unnamed = network.balance.unnamed if network.balance else 0
    return "perhaps" if "perhaps" in answers or unnamed else "no"


def _is_to_close(office: OfficeOnDay) -> bool:
    """Whether a last day is decided, also where the office is paused until then."""
    last = office.counted_stays[-1].closed if office.counted_stays else None
    return last is not None and not last.awaited


def refuse_closing_against_the_rule(
    *, decided_by: str, decided_on: date, consulted_on: date | None, last_day: date, remain: bool
) -> None:
    """Refuse a new decision to close that breaks the rule.

    Parameters
    ----------
    decided_by
        ``board`` or ``director-general``.
    decided_on, consulted_on, last_day
        Days of the decision, of the end of the consultation, and the last visiting day.
    remain
        Whether another office remains in the municipality after the last day.

    Raises
    ------
    ClosingAgainstTheRule
        With the sentence that is broken.
    """
    if decided_by not in DECIDERS:
        raise ClosingAgainstTheRule(
            _("“%(body)s” cannot close an office: only the board or the director-general can.")
            % {"body": decided_by}
        )
    if not remain and decided_by != BOARD:
        raise ClosingAgainstTheRule(
            _(
                "The director-general may close only where another office remains in the "
                "municipality; here the agency would leave it, so the board must decide."
            )
        )
    if consulted_on is None or consulted_on > decided_on:
        raise ClosingAgainstTheRule(
            _("Municipality, region and county board must be consulted before the decision.")
        )
    if last_day < decided_on:
        raise ClosingAgainstTheRule(
            _("The last visiting day %(last_day)s lies before the decision of %(decided_on)s.")
            % {"last_day": last_day, "decided_on": decided_on}
        )


def closings(*, until: date | None = None, known_on: date | None = None) -> list[Closing]:
    """All closings on record with their finding: seven queries."""
    network = network_on(until or date.max, known_on=known_on)
    found = []
    for office in network.offices:
        for event in office.events:
            if event.kind == "closed" and (until is None or event.earliest <= until):
                finding, because = judge(event)
                found.append(
                    Closing(
                        office=office.key,
                        name=office.name,
                        municipality=office.address.municipality,
                        last_day=event.happened_on,
                        decided_by=event.decided_by,
                        decided_on=event.decided_on,
                        leaves_municipality=_leaves(event),
                        finding=finding,
                        because_sv=because[0],
                        because_en=because[1],
                        source=event.source,
                    )
                )
    return found


def judge(event: EventOnRecord) -> tuple[Finding, tuple[str, str]]:
    """Judge a historic closing: kept, broken or undocumented, with the reason in both languages."""
    decided = edtf.parse(event.decided_on) if event.decided_on else None
    if decided is not None and event.latest < decided.earliest:
        return "broken", (
            f"Sista dagen {event.happened_on} ligger före beslutet {event.decided_on}.",
            f"The last day {event.happened_on} lies before the decision of {event.decided_on}.",
        )
    if event.leaves_municipality == "yes" and event.decided_by == DIRECTOR_GENERAL:
        return "broken", (
            "Myndigheten lämnar kommunen, men generaldirektören beslutade i stället för styrelsen.",
            "The agency leaves the municipality, but the director-general decided, not the board.",
        )
    if event.consulted == "no":
        return "broken", (
            "Inget samråd hölls före beslutet.",
            "No consultation was held before the decision.",
        )
    missing = _missing(event, decided)
    if missing:
        return "undocumented", (
            f"Saknas i källorna: {', '.join(sv for sv, _ in missing)}.",
            f"Missing in the sources: {', '.join(en for _, en in missing)}.",
        )
    return "kept", (
        "Rätt beslutsfattare, efter samråd, och beslutet före sista dagen.",
        "The right body, after consultation, and the decision before the last day.",
    )


def _missing(event: EventOnRecord, decided: edtf.RoughDate | None) -> list[tuple[str, str]]:
    missing = []
    if event.decided_by not in DECIDERS:
        missing.append(("vem som beslutade", "who decided"))
    if decided is None or decided.latest > event.earliest:
        missing.append(("att beslutet kom före sista dagen", "that the decision came first"))
    if event.leaves_municipality not in ("yes", "no"):
        missing.append(("om ett annat kontor finns kvar", "whether another office remains"))
    if event.consulted != "yes":
        missing.append(("samrådet", "the consultation"))
    return missing


def _leaves(event: EventOnRecord) -> Certainty:
    return {"yes": "yes", "no": "no"}.get(event.leaves_municipality, "perhaps")  # type: ignore[return-value]  # the values are literals of Certainty
