"""Projects get the parts of their template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.models import Activity, Gate, Link, Project, Requirement, Template
from knutpunkt.programme.models.templates import Deciding, Work

COPIED = tuple(field.name for field in Work._meta.get_fields())
COPIED_GATE = tuple(field.name for field in Deciding._meta.get_fields())


class ProgrammeOpened(KnutpunktError):
    """The commission has a programme already."""

    code = "programme-opened-already"
    hint = gettext_noop("Go on with that one; slots can be added to it by a change.")
    status = 409

    def __init__(self, *, key: str) -> None:
        super().__init__(_("There is a programme “%(key)s” for this already.") % {"key": key})


def copy_template(projects: Iterable[Project], template: Template) -> None:
    """Give projects the activities, links, gates and requirements of a template: six queries."""
    projects = list(projects)
    activities = Activity.objects.bulk_create(
        Activity(project=project, **{name: getattr(row, name) for name in COPIED})
        for project in projects
        for row in template.activities.all()
    )
    by_key = {(row.project_id, row.key): row for row in activities}
    Link.objects.bulk_create(
        Link(
            project=project,
            before=by_key[project.pk, row.before],
            after=by_key[project.pk, row.after],
            type=row.type,
            kind=row.kind,
            lag_days=row.lag_days,
            max_lag_days=row.max_lag_days,
        )
        for project in projects
        for row in template.links.all()
    )
    _copy_gates(projects, template, by_key)


def _copy_gates(
    projects: list[Project], template: Template, by_key: Mapping[tuple[int, str], Activity]
) -> None:
    rows = list(template.gates.all())
    gates = Gate.objects.bulk_create(
        Gate(
            project=project,
            activity=by_key[project.pk, row.activity],
            **{name: getattr(row, name) for name in COPIED_GATE},
        )
        for project in projects
        for row in rows
    )
    asked = {row.key: list(row.requirements.all()) for row in rows}
    Requirement.objects.bulk_create(
        Requirement(
            gate=gate,
            key=row.key,
            position=row.position,
            name_sv=row.name_sv,
            name_en=row.name_en,
            secret=row.secret,
        )
        for gate in gates
        for row in asked[gate.key]
    )
