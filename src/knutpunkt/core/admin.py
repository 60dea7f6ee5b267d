"""What every page of the admin shares: who may see and write what, and who made a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext

from knutpunkt.core import edtf
from knutpunkt.core.errors import RoughDateUnreadable
from knutpunkt.core.fields import FoldedField, RoughDateField
from knutpunkt.core.models import Run

if TYPE_CHECKING:
    PlainAdmin = admin.ModelAdmin[Any]
else:
    PlainAdmin = admin.ModelAdmin


# Rows are deleted one at a time, on their own page, where what depends on them is shown.
admin.site.disable_action("delete_selected")
admin.site.site_header = admin.site.site_title = admin.site.index_title = "Knutpunkt"


class HouseAdmin(PlainAdmin):
    """A page whose doors are the permissions of the house instead of Django's own.

    Attributes
    ----------
    read_permission
        Lets a person see the list and every record.
    write_permission
        Lets a person write a record; asked for the thing the record is about.
    somewhere_permission
        Lets a person open the page for adding; the same as writing unless given.
    """

    read_permission: ClassVar[str] = "network.view_register"
    write_permission: ClassVar[str] = "network.change_register"
    somewhere_permission: ClassVar[str] = ""

    list_per_page = 50
    show_full_result_count = False

    def subject(self, record: models.Model) -> models.Model | None:  # noqa: ARG002  # for subclasses
        """Return what the permission to write a record is asked for."""
        return None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return self._may(request, self.read_permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.somewhere_permission or self.write_permission)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self._may(request, self.write_permission, self.subject(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what is computed, but not before there is something to compute it from."""
        given = super().get_readonly_fields(request, obj)
        return (*given, *computed_fields(self.model)) if obj else given

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Read rough dates before the model does, to refuse them in the reader's language."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, RoughDateField):
            field.validators.append(refuse_unreadable_date)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Name who made the record, where the model asks for it."""
        if hasattr(obj, "recorded_by"):
            obj.recorded_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    def _may(self, request: HttpRequest, permission: str, subject: Any = None) -> bool:
        # The rules know objects; Django's stubs know has_perm only for its own models.
        return bool(request.user.has_perm(permission, subject))


def refuse_unreadable_date(text: str) -> None:
    """Refuse a rough date that cannot be evaluated, with the ways to write one."""
    try:
        edtf.parse(text)
    except RoughDateUnreadable:
        said = gettext(
            "The date “%(text)s” cannot be read. Write a day 2022-05-31, a month 2022-05, a year "
            "2022, a season 2022-21, a half year 2022-40, or one day of several: "
            "[2022-01-01..2022-06-27], [..2021-05-26], [2019-01-25..]. “About” (~) and “perhaps” "
            "(?) cannot be reckoned with: write between which days it lies."
        )
        raise ValidationError(said % {"text": text}) from None


def computed_fields(model: type[models.Model]) -> list[str]:
    """Names of the columns that no form fills: bounds of rough dates, who recorded, and when."""
    return [
        field.name
        for field in model._meta.concrete_fields  # Django's documented door
        if not (field.editable or field.primary_key or isinstance(field, FoldedField))
    ]


@admin.register(Run)
class RunAdmin(HouseAdmin):
    """Background runs are looked at; they are started and cancelled where they belong."""

    read_permission = "core.view_run"
    list_display = ("kind", "state", "requested_by", "requested_at", "ended_at", "attempts")
    list_filter = ("state", "kind")
    search_fields = ("kind", "requested_by", "problem")
    date_hierarchy = "requested_at"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return False
