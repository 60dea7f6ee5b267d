"""Reports in the administration: to look at; they are written on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from knutpunkt.reports.models import Build, Report, Section


class Looking(admin.ModelAdmin[Any]):
    """Rows that are changed elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # the same
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # the same
        return False


@admin.register(Report)
class ReportAdmin(Looking):
    list_display = ("mandate", "kind", "as_of", "language", "dnr", "lodged_on")
    list_filter = ("kind", "language")


@admin.register(Section)
class SectionAdmin(Looking):
    list_display = ("report", "key", "version", "written_by", "written_at")


@admin.register(Build)
class BuildAdmin(Looking):
    list_display = ("report", "number", "fingerprint", "facts", "built_at", "built_by")
