"""The work of one project as a chart with its links and critical path, and as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.programme.drawing.gantt import NARROW, WIDE, Group, Row, Stop, gantt
from knutpunkt.programme.drawing.shapes import Drawing
from knutpunkt.programme.models import Link, LinkType, Project
from knutpunkt.programme.pages.project import over_words
from knutpunkt.programme.pages.words import day, number, said
from knutpunkt.programme.selectors.progress import Progress
from knutpunkt.programme.selectors.timeline import Work

HEAD = "the-project"


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A row of the table: the same piece of work as in the chart."""

    key: str
    name: str
    kind: str
    starts: str
    ends: str
    state: str
    after: tuple[str, ...]
    slack: str
    critical: bool


@dataclass(frozen=True, slots=True)
class GateLine:
    """A gate with its day."""

    name: str
    day: str
    passed: bool


@dataclass(frozen=True, slots=True)
class ProjectPlanPage:
    """One project in time."""

    key: str
    slot: str
    programme: str
    title: str
    today: str
    over: str
    ends: str
    deadline: str
    path: str
    charts: tuple[Drawing, ...]
    lines: tuple[WorkLine, ...]
    gates: tuple[GateLine, ...]


def project_plan_page(
    project: Project,
    works: Sequence[Work],
    progress: Progress,
    days: Mapping[tuple[str, str], date],
    *,
    on: date,
) -> ProjectPlanPage:
    """Write out a project in time.

    Parameters
    ----------
    works
        In the order they come; none of a project that was given up.
    progress
        Its gates.
    days
        On which it is to pass them, by the keys of slot and gate.
    """
    slot = project.slot
    links = _links(project)
    names = {work.row.key: said(work.row, "name") for work in works}
    ends = max((work.ends for work in works), default=None)
    return ProjectPlanPage(
        key=slot.programme.key,
        slot=slot.key,
        programme=said(slot.programme, "title"),
        title=slot.name,
        today=day(on),
        over=over_words(project, dropped=slot.dropped_why),
        ends=day(ends),
        deadline=day(slot.wave.window_to),
        path=" → ".join(names[work.row.key] for work in works if work.critical),
        charts=_charts(project, works, links, _stops(project, progress, days), on),
        lines=tuple(_line(work, links.get(work.row.key, ()), names) for work in works),
        gates=tuple(
            GateLine(
                said(one.gate, "name"),
                day(one.gate.passed_on or days.get((slot.key, one.gate.key))),
                one.passed,
            )
            for one in progress.gates
        ),
    )


def _links(project: Project) -> dict[str, list[Link]]:
    """What each piece of work waits for."""
    keys = {row.pk: row.key for row in project.activities.all()}
    found: dict[str, list[Link]] = defaultdict(list)
    for link in project.links.select_related("before"):
        found[keys[link.after_id]].append(link)
    return found


def _stops(
    project: Project, progress: Progress, days: Mapping[tuple[str, str], date]
) -> tuple[Stop, ...]:
    found = []
    for one in progress.gates:
        on = one.gate.passed_on or days.get((project.slot.key, one.gate.key))
        if on is not None:
            found.append(Stop(on, f"{said(one.gate, 'name')}, {day(on)}", one.passed))
    return tuple(found)


def _charts(
    project: Project,
    works: Sequence[Work],
    links: Mapping[str, Sequence[Link]],
    stops: tuple[Stop, ...],
    on: date,
) -> tuple[Drawing, ...]:
    if not works:
        return ()
    deadline = project.slot.wave.window_to
    head = Row(HEAD, _("Gates"), min(work.starts for work in works), deadline=deadline, stops=stops)
    rows = (head, *(_row(work, links.get(work.row.key, ())) for work in works))
    label = _("Gantt chart of %(n)d activities. The table below says the same.") % {"n": len(works)}
    return tuple(
        gantt([Group("", rows)], today=on, label=label, today_word=_("Today"), frame=frame)
        for frame in (WIDE, NARROW)
    )


def _row(work: Work, links: Sequence[Link]) -> Row:
    row = work.row
    return Row(
        key=row.key,
        name=said(row, "name"),
        starts=work.starts,
        ends=work.ends,
        begun=row.started_on,
        done=row.finished_on,
        critical=work.critical,
        after=tuple(link.before.key for link in links if link.type == LinkType.FS),
    )


def _line(work: Work, links: Sequence[Link], names: Mapping[str, str]) -> WorkLine:
    row = work.row
    return WorkLine(
        key=row.key,
        name=said(row, "name"),
        kind=row.get_kind_display(),
        starts=day(work.starts),
        ends=day(work.ends),
        state=_state(work),
        after=tuple(_link(link, names) for link in links),
        slack=number(work.slack),
        critical=work.critical,
    )


def _state(work: Work) -> str:
    if work.row.finished_on:
        return _("finished")
    return _("under way") if work.row.started_on else _("not started")


def _link(link: Link, names: Mapping[str, str]) -> str:
    """What is waited for, and how where it is not simply its end."""
    said_of = [names.get(link.before.key, link.before.key)]
    if link.type != LinkType.FS:
        said_of.append(str(LinkType(link.type).label))
    if link.lag_days:
        said_of.append(_("%(n)s working days") % {"n": number(link.lag_days)})
    if link.max_lag_days is not None:
        said_of.append(_("at most %(n)s working days") % {"n": number(link.max_lag_days)})
    return ", ".join(said_of)
