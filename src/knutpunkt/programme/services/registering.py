"""What the register is told when a gate passes that opens, moves or closes an office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.models import Attribution, Clause
from knutpunkt.mandates.services import attribution_record
from knutpunkt.network.models import Office, OfficeEvent
from knutpunkt.network.services import (
    event_record,
    fact_correct,
    office_close,
    office_create,
    office_relocate,
)
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import (
    Evidence,
    Gate,
    GateDecision,
    GateRecords,
    Project,
)
from knutpunkt.programme.services.known_offices import tie_known_offices


class DetailsMissing(KnutpunktError):
    """The register is not told enough to record what happened."""

    code = "details-missing"
    hint = gettext_noop("Fill in what is named.")


class AttributionUnanswered(KnutpunktError):
    """Nobody has said which clause the opening counts for."""

    code = "attribution-unanswered"
    hint = gettext_noop("Choose the clause, or say that it counts for none. It is never assumed.")


@dataclass(frozen=True, slots=True)
class OpeningDetails:
    """What the register needs at the gate that opens, moves or closes.

    ``happened_on`` is the first day for visitors, the day of the move, or the last visiting day.
    Of ``clause`` and ``counts_for_none`` exactly one is given when an office opens under a
    commission. ``decider`` is who decided a closing: ``board`` or ``director-general``.
    """

    happened_on: date
    inaugurated_on: date | None = None
    office_key: str = ""
    office_name: str = ""
    street: str = ""
    locality: str = ""
    lat: float | None = None
    lon: float | None = None
    clause: Clause | None = None
    counts_for_none: bool = False
    decider: str = ""
    consulted_on: date | None = None
    another_remains: bool | None = None


def register_outcome(
    gate: Gate, decision: GateDecision, details: OpeningDetails | None, *, by: str
) -> None:
    """Write the opening, the move or the closing into the register.

    Raises
    ------
    DetailsMissing, AttributionUnanswered
        When it is not said what happened.
    KnutpunktError
        When the register refuses.
    """
    if details is None:
        raise DetailsMissing(_("This gate writes into the register: say on which day it happened."))
    if details.happened_on > clock.today():
        raise DetailsMissing(
            _("%(day)s has not come yet: the register is told what has happened.")
            % {"day": details.happened_on.isoformat()}
        )
    record = {
        GateRecords.OPENED: _record_opening,
        GateRecords.MOVED: _record_move,
        GateRecords.CLOSED: _record_closing,
    }[GateRecords(gate.records)]
    record(gate.project, decision, details, by)


def _record_opening(
    project: Project, decision: GateDecision, details: OpeningDetails, by: str
) -> None:
    _refuse_unanswered(project, details)
    claim = _claim(decision)
    office = _office(project, details, by=by)
    _happened(office, "opened", details.happened_on, claim, by=by)
    if details.inaugurated_on is not None:
        _happened(office, "inaugurated", details.inaugurated_on, claim, by=by)
    if details.clause is not None:
        _attribute(office, details.clause, claim, by=by)
    Project.objects.filter(pk=project.pk).update(
        office=office,
        opened_to_public=details.happened_on,
        inaugurated=details.inaugurated_on,
        version=F("version") + 1,
    )
    log_write(
        project.slot.programme,
        "office-opened",
        by=by,
        project=project,
        office=office.key,
        opened_on=details.happened_on,
        inaugurated_on=details.inaugurated_on,
        clause=details.clause.key if details.clause else None,
    )


def _happened(office: Office, kind: str, day: date, claim: dict[str, Any], *, by: str) -> None:
    """Record what happened; where the register awaited it roughly, as a correction of that."""
    standing = OfficeEvent.objects.known_on(None).filter(office=office)
    last = standing.filter(kind__in=[kind, "closed"]).order_by("earliest", "pk").last()
    exact = last is not None and last.basis != "planned" and last.earliest == last.latest
    if exact and last is not None and last.kind == kind and last.earliest == day:
        return
    if last is None or last.kind == "closed" or exact:
        event_record(office=office, kind=kind, happened_on=day.isoformat(), by=by, **claim)
    else:
        fact_correct(
            last,
            by=by,
            happened_on=day.isoformat(),
            basis="stated",
            confidence="high",
            note_sv="",
            note_en="",
            **claim,
        )


def _attribute(office: Office, clause: Clause, claim: dict[str, Any], *, by: str) -> None:
    """Let the latest opening count for the clause, unless it does already."""
    opening = OfficeEvent.objects.known_on(None).filter(office=office, kind="opened").count()
    standing = Attribution.objects.known_on(None).filter(office=office, opening=opening)
    if standing.filter(clause=clause, basis="stated").exists():
        return
    found = standing.first()
    if found is None:
        attribution_record(
            office=office, clause=clause, opening=opening, by=by, source=claim["source"]
        )
    else:
        fact_correct(found, by=by, clause=clause, basis="stated", source=claim["source"])


def _refuse_unanswered(project: Project, details: OpeningDetails) -> None:
    if project.slot.programme.mandate is None:
        return
    if (details.clause is None) != details.counts_for_none:
        raise AttributionUnanswered(
            _("It is not said whether the opening counts for the commission, and for which clause.")
        )


def _office(project: Project, details: OpeningDetails, *, by: str) -> Office:
    """Find the office to open, or put it on record at the chosen premises.

    Unless another is named, it is the one the register awaits for the slot: two records of one
    office would be counted twice.
    """
    if not details.office_key:
        tie_known_offices([project])
    awaited = project.office.key if project.office else ""
    key = details.office_key or awaited or f"{project.slot.key}-{project.slot.programme.key}"
    found = Office.objects.filter(key=key).first()
    if found is not None:
        return found
    if project.slot.municipality is None and not details.locality:
        raise DetailsMissing(_("The municipality of the new office is not on record."))
    return office_create(
        key=key,
        name=details.office_name or project.slot.name,
        by=by,
        source=_source(project),
        municipality=project.slot.municipality,
        **_where(project, details),
    )


def _where(project: Project, details: OpeningDetails) -> dict[str, Any]:
    """Return the address given, else that of the chosen premises."""
    chosen = project.slot.premises.filter(state="chosen").first()
    lat, lon = details.lat, details.lon
    if lat is None and chosen is not None:
        lat, lon = chosen.lat, chosen.lon
    return {
        "street": details.street or (chosen.street if chosen else ""),
        "locality": details.locality or (chosen.locality if chosen else ""),
        "lat": lat,
        "lon": lon,
    }


def _record_move(
    project: Project, decision: GateDecision, details: OpeningDetails, by: str
) -> None:
    where = _where(project, details)
    if not where["street"]:
        raise DetailsMissing(_("Say the street the office has moved to, or choose premises first."))
    office = _own_office(project)
    claim = {"source": _claim(decision)["source"], "decision": decision.dnr}
    office_relocate(
        office=office, moves_on=details.happened_on.isoformat(), by=by, **where, **claim
    )
    log_write(
        project.slot.programme,
        "office-moved",
        by=by,
        project=project,
        office=office.key,
        moved_on=details.happened_on,
    )


def _record_closing(
    project: Project, decision: GateDecision, details: OpeningDetails, by: str
) -> None:
    office = _own_office(project)
    if not details.decider:
        raise DetailsMissing(_("Say whether the board or the director-general decided to close."))
    decided = GateDecision.objects.filter(
        gate__project=project, gate__activity__kind="decision", outcome="go"
    )
    made = decided.order_by("-number").first() or decision
    office_close(
        office=office,
        last_day=details.happened_on,
        decided_by=details.decider,
        decided_on=made.decided_on,
        consulted_on=details.consulted_on or _consulted_on(project),
        by=by,
        decision=made.dnr,
        source=_claim(made)["source"],
        another_remains=details.another_remains,
    )
    log_write(
        project.slot.programme,
        "office-closed",
        by=by,
        project=project,
        office=office.key,
        last_day=details.happened_on,
    )


def _consulted_on(project: Project) -> date | None:
    """Return the day of the last reply that was filed to the consultation."""
    replies = Evidence.objects.filter(
        requirement__gate__project=project,
        requirement__gate__activity__key="consult",
        withdrawn_at=None,
    )
    return replies.order_by("-dated_on").values_list("dated_on", flat=True).first()


def _own_office(project: Project) -> Office:
    if project.office is None:
        raise DetailsMissing(_("The project names no office."))
    return project.office


def _claim(decision: GateDecision) -> dict[str, Any]:
    return {
        "source": f"{_source(decision.gate.project)}, {decision.gate.key}"
        + (f", dnr {decision.dnr}" if decision.dnr else ""),
        "decided_by": decision.decided_by[:100],
        "decided_on": decision.decided_on.isoformat(),
        "decision": decision.dnr,
    }


def _source(project: Project) -> str:
    return f"programme {project.slot.programme.key}, slot {project.slot.key}"
