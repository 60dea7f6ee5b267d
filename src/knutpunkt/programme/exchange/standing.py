"""What a programme says now, by row and field: the side of a comparison that is on record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from knutpunkt.mandates.sentences import Both
from knutpunkt.programme.models import (
    Activity,
    Gate,
    Programme,
    Project,
    StatusReport,
)

STATUS_FIELDS = ("as_of", "light", "note", "next_step")
WORK_FIELDS = ("started", "finished")
GATE_FIELDS = ("finished",)
WORK, GATE = "activity", "gate"


@dataclass(frozen=True, slots=True)
class Row:
    """Something people report on: an office with its status, a piece of work, a gate.

    ``key`` is what stands in files: ``tingsryd``, ``tingsryd/activity/lease``,
    ``tingsryd/gate/g3``.
    ``values`` are texts by field; days are ISO dates.
    """

    key: str
    kind: str
    names: Both
    project: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows of a programme by key, and its projects by key of row and by number."""

    programme: Programme
    rows: Mapping[str, Row]
    projects: Mapping[int, Project]
    works: Mapping[str, Activity] = field(default_factory=dict)
    gates: Mapping[str, Gate] = field(default_factory=dict)

    def fingerprint(self, keys: Collection[str]) -> str:
        """SHA-256 of all that is on record about the projects the rows belong to."""
        touched = {self.rows[key].project for key in keys if key in self.rows}
        content = [
            [row.key, self.projects[row.project].version, sorted(row.values.items())]
            for row in self.rows.values()
            if row.project in touched
        ]
        text = json.dumps([self.programme.key, sorted(content)], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def standing(programme: Programme, *, under_way: bool = True) -> Standing:
    """Read what a programme says now: five queries however many offices there are.

    Parameters
    ----------
    programme
        Whose rows are wanted. Of each slot the newest project counts; dropped slots do not.
    under_way
        Only projects on which something can be reported; otherwise completed ones too. Stopped
        ones never.
    """
    projects = [project for project in _newest(_projects(programme)) if not project.stopped_on]
    if under_way:
        projects = [project for project in projects if not project.completed_on]
    rows: dict[str, Row] = {}
    works: dict[str, Activity] = {}
    gates: dict[str, Gate] = {}
    for project in projects:
        slot = project.slot.key
        rows[slot] = _status_row(project)
        works |= {work_key(slot, work.key): work for work in project.activities.all()}
        gates |= {gate_key(slot, gate.key): gate for gate in project.gates.all()}
        rows |= _parts(project)
    return Standing(programme, rows, {p.pk: p for p in projects}, works, gates)


def work_key(slot: str, work: str) -> str:
    """Key of an activity in files: ``tingsryd/activity/lease``."""
    return f"{slot}/{WORK}/{work}"


def gate_key(slot: str, gate: str) -> str:
    """Key of a gate in files: ``tingsryd/gate/g3``."""
    return f"{slot}/{GATE}/{gate}"


def day_text(day: date | None) -> str:
    """ISO date of a day, empty without one."""
    return day.isoformat() if day else ""


def plain(text: str) -> str:
    """Text as a cell can keep it: line ends alike, no control characters, no blanks around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or not _is_control(c))
    return "".join(kept).strip()


def _is_control(character: str) -> bool:
    # Besides control characters: halves of surrogate pairs and what XML forbids.
    return (
        ord(character) < ord(" ")
        or "\ud800" <= character <= "\udfff"
        or character in "\x7f\ufffe\uffff"
    )


def _projects(programme: Programme) -> Iterable[Project]:
    found = Project.objects.filter(slot__programme=programme, slot__dropped_on=None)
    found = found.select_related("slot", "slot__wave", "slot__municipality").prefetch_related(
        Prefetch("activities", Activity.objects.order_by("position", "pk")),
        Prefetch("gates", Gate.objects.select_related("activity").order_by("position", "pk")),
        Prefetch("reports", StatusReport.objects.order_by("-as_of", "-pk")),
        "links",
    )
    return found.order_by("slot__wave__number", "slot__name", "slot__pk", "-pk")


def _newest(projects: Iterable[Project]) -> list[Project]:
    by_slot: dict[int, Project] = {}
    for project in projects:
        by_slot.setdefault(project.slot_id, project)
    return list(by_slot.values())


def _status_row(project: Project) -> Row:
    last = next(iter(project.reports.all()), None)
    values = {
        "as_of": day_text(last.as_of) if last else "",
        "light": last.light if last else "",
        "note": plain(last.note) if last else "",
        "next_step": plain(last.next_step) if last else "",
    }
    name = project.slot.name
    return Row(project.slot.key, "slot", (name, name), project.pk, values)


def _parts(project: Project) -> Iterable[tuple[str, Row]]:
    """Rows of the activities, each followed by the gates that close it."""
    slot = project.slot
    for work in project.activities.all():
        key = work_key(slot.key, work.key)
        days = {"started": day_text(work.started_on), "finished": day_text(work.finished_on)}
        yield key, Row(key, "work", (work.name_sv, work.name_en), project.pk, days)
        for gate in project.gates.all():
            if gate.activity_id == work.pk:
                own = gate_key(slot.key, gate.key)
                passed = {"finished": day_text(gate.passed_on)}
                yield own, Row(own, "gate", (gate.name_sv, gate.name_en), project.pk, passed)
