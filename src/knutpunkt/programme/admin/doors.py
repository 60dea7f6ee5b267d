"""Who may see programmes in the admin, and what may be written there.

What services write (decisions, evidence, baselines, the log) is only looked at here: the rules
they keep could be passed by otherwise. What may be written is told to the programme's log.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.http import HttpRequest

from knutpunkt.core.admin import HouseAdmin, computed_fields
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import Programme


class ProgrammeDoor(HouseAdmin):
    """A page whoever directs the programme may write; nothing is ever deleted."""

    read_permission = "programme.view_programme"
    write_permission = "programme.change_programme"

    def programme_of(self, record: Any) -> Programme | None:
        """Return the programme in whose log a change of the record is told."""
        found: Programme | None = getattr(record, "programme", None)
        return found

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return False

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the record and tell the log what was changed."""
        super().save_model(request, obj, form, change)
        programme = self.programme_of(obj)
        if programme is not None and form.changed_data:
            what: dict[str, Any] = {
                "record": f"{obj._meta.model_name} {obj.pk}",
                "fields": sorted(form.changed_data),
                "added": not change,
            }
            log_write(programme, "edited-in-admin", by=request.user.get_username(), **what)


class OnlyLookedAt(ProgrammeDoor):
    """A page on which nothing is written."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return False


def shown(model: type[models.Model], *hidden: str) -> tuple[str, ...]:
    """Every field of a model in its order but some, for a page that only shows."""
    left_out = {"id", *hidden}
    plain = [field.name for field in model._meta.concrete_fields if field.name not in left_out]
    computed = [name for name in computed_fields(model) if name in plain]
    return (*(name for name in plain if name not in computed), *computed)
