"""How rows are written: every value checked first, and of two who write at once one is told."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError
from knutpunkt.network.services import Invalid
from knutpunkt.programme.models import Project

Row = TypeVar("Row", bound=models.Model)


class ProjectChangedMeanwhile(KnutpunktError):
    """Somebody else changed the project after it was read."""

    code = "project-changed-meanwhile"
    hint = gettext_noop("Look at the project as it is now, and say again what is still right.")
    status = 409

    def __init__(self, *, project: Project) -> None:
        super().__init__(
            _(
                "Somebody else changed the project “%(slot)s” in the meantime. "
                "Nothing of yours was written."
            )
            % {"slot": project.slot.name}
        )


class ProjectOver(KnutpunktError):
    """The project has ended."""

    code = "project-over"
    hint = gettext_noop("Start a new project for the slot if there is more to do.")
    status = 409

    def __init__(self, *, project: Project) -> None:
        super().__init__(
            _("The project “%(slot)s” has ended and takes no more reports.")
            % {"slot": project.slot.name}
        )


def saved(row: Row) -> Row:
    """Check every value, then write the row.

    Raises
    ------
    Invalid
        Naming the fields.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(error) from None
    row.save()
    return row


def take_turn(project: Project, *, expected: int) -> None:
    """Let one of several writers go on: the one who saw the newest version.

    Raises
    ------
    ProjectChangedMeanwhile
        When another was faster.
    """
    mine = Project.objects.filter(pk=project.pk, version=expected)
    if not mine.update(version=F("version") + 1):
        raise ProjectChangedMeanwhile(project=project)
    project.refresh_from_db(fields=["version", "completed_on", "stopped_on"])


def refuse_if_over(project: Project) -> None:
    """Refuse to change a project that has ended.

    Raises
    ------
    ProjectOver
        When its last gate has passed or it was stopped.
    """
    if project.completed_on or project.stopped_on:
        raise ProjectOver(project=project)
