"""What is overdue: status, gates, replies, decisions, reports and answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from knutpunkt.mandates.models import Attribution, Clause, ClauseType
from knutpunkt.programme.models import (
    ActivityKind,
    ChangeKind,
    ChangeRequest,
    LogEntry,
    Programme,
    Project,
    ProjectKind,
    Requirement,
)
from knutpunkt.programme.selectors.control import (
    STATUS_DAYS,
    StatusAge,
    baseline_days,
    status_ages,
    under_way,
)
from knutpunkt.programme.selectors.items import InboxItem, Severity, Target
from knutpunkt.programme.selectors.progress import GateProgress, progress_of, standing_evidence

DECIDED_WITHIN = timedelta(days=14)
REPORT_WITHIN = timedelta(days=60)
NEVER_REPORTED = gettext_noop("No status report on “%(slot)s” since work began on %(day)s.")


def status_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Projects under way whose newest status report is older than thirty days: one query."""
    for age in status_ages(programmes, on):
        if age.old:
            yield _status(age, on)


def gate_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Next gates that the baseline in force had passed by now: five queries."""
    projects = list(under_way(programmes, on))
    progress = progress_of(projects)
    adopted = baseline_days(programmes, on)
    for project in projects:
        gate = progress[project.pk].next_gate
        days = adopted.get(project.slot.programme_id, {})
        day = days.get((project.slot.key, gate.gate.key)) if gate else None
        if gate is not None and day is not None and day < on:
            yield _gate(project, gate, day)


def reply_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Replies to a consultation that were asked for and have not come: one query.

    They are asked for when the consultation of a move or a closing starts.
    """
    rows = Requirement.objects.filter(
        gate__project__in=under_way(programmes, on),
        gate__project__kind__in=(ProjectKind.MOVE, ProjectKind.CLOSE),
        gate__passed_on=None,
        gate__activity__kind=ActivityKind.CONSULTATION,
        gate__activity__started_on__lte=on,
    ).exclude(evidence__in=standing_evidence())
    message = gettext_noop("“%(slot)s”: asked for on %(day)s and still missing: %(reply)s.")
    for row in rows.select_related("gate__activity", "gate__project__slot__programme"):
        slot = row.gate.project.slot
        day = row.gate.activity.started_on
        assert day is not None
        values = {"slot": slot.name, "day": day, "reply": (row.name_sv, row.name_en)}
        target = Target("gate", str(row.gate_id))
        yield InboxItem("reply-missing", message, values, day, target, "note", slot.programme.key)


def change_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Changes asked for more than fourteen days ago and not decided: one query."""
    rows = ChangeRequest.objects.filter(
        programme__in=programmes, decision="", asked_on__lt=on - DECIDED_WITHIN
    )
    message = gettext_noop("A change asked for on %(day)s waits for a decision: %(what)s, %(who)s.")
    for row in rows.select_related("programme", "slot"):
        who = row.slot.name if row.slot else row.asked_by
        values = {"day": row.asked_on, "what": ChangeKind(row.kind).label, "who": who}
        since = row.asked_on + DECIDED_WITHIN + timedelta(days=1)
        target = Target("change", str(row.pk))
        yield InboxItem(
            "change-undecided", message, values, since, target, "late", row.programme.key
        )


def report_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Reports the commissions ask for, due within sixty days or past due: two queries."""
    by_mandate = {row.mandate_id: row for row in programmes if row.mandate_id}
    clauses = Clause.objects.filter(
        mandate__in=by_mandate, type=ClauseType.REPORT_DUE, window_to__lte=on + REPORT_WITHIN
    ).select_related("mandate")
    for clause in clauses.prefetch_related("lodgings"):
        programme = by_mandate[clause.mandate_id]
        lodged = any(one.earliest is None or one.earliest <= on for one in clause.lodgings.all())
        if not lodged and clause.window_to >= programme.starts_on:
            yield _report(clause, programme, on)


def attribution_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Offices that opened and of which nobody has said whether they count: three queries.

    That one counts for no clause is an answer too; the log keeps it.
    """
    opened = list(
        Project.objects.filter(
            slot__programme__in=[row for row in programmes if row.mandate_id],
            kind=ProjectKind.OPEN,
            office__isnull=False,
            opened_to_public__lte=on,
        ).select_related("slot__programme", "office")
    )
    standing = Attribution.objects.known_on(None).filter(office__in=[p.office_id for p in opened])
    counted = set(standing.values_list("office_id", "clause__mandate_id"))
    told = LogEntry.objects.filter(kind="office-opened", project__in=opened)
    refused = {row.project_id for row in told if row.details.get("clause", "") is None}
    for project in opened:
        answered = (project.office_id, project.slot.programme.mandate_id) in counted
        if not answered and project.pk not in refused:
            yield _unattributed(project)


def _status(age: StatusAge, on: date) -> InboxItem:
    slot = age.project.slot
    message = gettext_noop("The newest status report on “%(slot)s” is from %(day)s.")
    if age.newest is None:
        message = NEVER_REPORTED
    day = on - timedelta(days=age.days)
    since = day + timedelta(days=STATUS_DAYS + 1)
    values = {"slot": slot.name, "day": day}
    target = Target("project", str(age.project.pk))
    return InboxItem("status-old", message, values, since, target, "note", slot.programme.key)


def _gate(project: Project, progress: GateProgress, day: date) -> InboxItem:
    gate, slot = progress.gate, project.slot
    kind = "gate-evidence-overdue"
    message = gettext_noop(
        "“%(slot)s” was to pass “%(gate)s” on %(day)s; evidence filed: %(filed)d of %(asked)d."
    )
    if progress.complete:
        kind = "gate-decision-overdue"
        message = gettext_noop(
            "“%(slot)s” was to pass “%(gate)s” on %(day)s; all evidence is filed, the decision is "
            "missing."
        )
    values = {
        "slot": slot.name,
        "gate": (gate.name_sv, gate.name_en),
        "day": day,
        "filed": progress.filed,
        "asked": progress.asked,
    }
    since = day + timedelta(days=1)
    target = Target("gate", str(gate.pk))
    return InboxItem(kind, message, values, since, target, "late", slot.programme.key)


def _report(clause: Clause, programme: Programme, on: date) -> InboxItem:
    late = clause.window_to < on
    message = gettext_noop("A report on “%(title)s” is due on %(day)s (%(clause)s).")
    if late:
        message = gettext_noop(
            "A report on “%(title)s” was due on %(day)s (%(clause)s); no lodging is on record."
        )
    mandate = clause.mandate
    values = {
        "title": (mandate.title_sv, mandate.title_en),
        "day": clause.window_to,
        "clause": clause.key,
    }
    severity: Severity = "late" if late else "soon"
    since = clause.window_to + timedelta(days=1) if late else clause.window_to - REPORT_WITHIN
    target = Target("mandate", mandate.slug)
    return InboxItem("report-due", message, values, since, target, severity, programme.key)


def _unattributed(project: Project) -> InboxItem:
    message = gettext_noop(
        "“%(slot)s” opened on %(day)s, and nobody has said whether it counts for the commission."
    )
    opened = project.opened_to_public
    assert opened is not None
    values = {"slot": project.slot.name, "day": opened}
    target = Target("project", str(project.pk))
    key = project.slot.programme.key
    return InboxItem("attribution-unanswered", message, values, opened, target, "late", key)
