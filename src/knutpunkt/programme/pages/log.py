"""Entries of the log as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.programme.models import CostKind, GateOutcome, Light, LogEntry
from knutpunkt.programme.pages.words import NOTHING, day, kronor, moment

#: Names of activities, gates and premises by their keys, as the reader knows them.
Names = Mapping[str, str]
Details = Mapping[str, Any]

WHAT = {
    "activity-delayed": gettext_noop("Activity put off"),
    "activity-estimated": gettext_noop("Duration estimated anew"),
    "activity-reported": gettext_noop("Activity reported"),
    "appropriation-set": gettext_noop("Appropriation recorded"),
    "baseline-adopted": gettext_noop("Baseline adopted"),
    "change-asked": gettext_noop("Change asked for"),
    "change-decided": gettext_noop("Change decided"),
    "cost-recorded": gettext_noop("Amount recorded"),
    "evidence-filed": gettext_noop("Evidence filed"),
    "evidence-withdrawn": gettext_noop("Evidence withdrawn"),
    "forecast": gettext_noop("Forecast stored"),
    "gate-decided": gettext_noop("Decision at a gate"),
    "lease-recorded": gettext_noop("Lease recorded"),
    "office-closed": gettext_noop("Office closed"),
    "office-moved": gettext_noop("Office moved"),
    "office-opened": gettext_noop("Office opened"),
    "premises-chosen": gettext_noop("Premises chosen"),
    "premises-proposed": gettext_noop("Premises proposed"),
    "premises-rejected": gettext_noop("Premises rejected"),
    "premises-scored": gettext_noop("Premises scored"),
    "programme-opened": gettext_noop("Programme opened"),
    "project-started": gettext_noop("Project started"),
    "risk-closed": gettext_noop("Risk closed"),
    "risk-recorded": gettext_noop("Risk recorded"),
    "sheet-imported": gettext_noop("Status sheet read in"),
    "slot-dropped": gettext_noop("Slot dropped"),
    "slot-inserted": gettext_noop("Slot added"),
    "slot-substituted": gettext_noop("Slot substituted"),
    "status-reported": gettext_noop("Status reported"),
    "window-issued": gettext_noop("Municipality window issued"),
    "window-revoked": gettext_noop("Municipality window revoked"),
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry of the log."""

    number: int
    at: str
    by: str
    what: str
    details: str


def log_lines(entries: Iterable[LogEntry], names: Names) -> tuple[LogLine, ...]:
    """Write out entries; what is named by a key is called as the reader knows it."""
    return tuple(
        LogLine(
            number=entry.number,
            at=moment(entry.at),
            by=entry.by,
            what=_(WHAT[entry.kind]) if entry.kind in WHAT else entry.kind,
            details=_details(entry, names),
        )
        for entry in entries
    )


def _details(entry: LogEntry, names: Names) -> str:
    say = SAY.get(entry.kind)
    return say(entry.details, names) if say else ""


def _named(key: object, names: Names) -> str:
    return names.get(str(key), str(key))


def _activity_reported(details: Details, names: Names) -> str:
    started, finished = details["after"]
    return _("%(activity)s: started %(started)s, finished %(finished)s") % {
        "activity": _named(details["activity"], names),
        "started": _day(started),
        "finished": _day(finished),
    }


def _activity(details: Details, names: Names) -> str:
    return _named(details["activity"], names)


def _gate(details: Details, names: Names) -> str:
    return _named(details["gate"], names)


def _decision(details: Details, names: Names) -> str:
    return _("%(gate)s: %(outcome)s, %(who)s") % {
        "gate": _named(details["gate"], names),
        "outcome": GateOutcome(details["outcome"]).label,
        "who": details["decided_by"],
    }


def _status(details: Details, _names: Names) -> str:
    return _("%(light)s as of %(day)s") % {
        "light": Light(details["light"]).label,
        "day": _day(details["as_of"]),
    }


def _cost(details: Details, _names: Names) -> str:
    kind = CostKind(details["cost"]).label
    return f"{details['year']}, {details['item']}, {kind}: {kronor(details['amount'])}"


def _happened(name: str) -> Callable[[Details, Names], str]:
    return lambda details, _names: f"{details['office']}, {_day(details[name])}"


def _day(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else NOTHING


SAY: dict[str, Callable[[Details, Names], str]] = {
    "activity-estimated": _activity,
    "activity-reported": _activity_reported,
    "cost-recorded": _cost,
    "evidence-filed": _gate,
    "evidence-withdrawn": _gate,
    "gate-decided": _decision,
    "office-closed": _happened("last_day"),
    "office-moved": _happened("moved_on"),
    "office-opened": _happened("opened_on"),
    "status-reported": _status,
}
"""What an entry is about, beyond its kind."""
