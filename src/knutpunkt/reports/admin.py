"""Reports in the administration: to look at; they are written on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.reports.models import Build, Report, Section


class Looking(HouseAdmin):
    """Rows that are changed elsewhere."""

    read_permission = "reports.view_report"
    write_permission = "reports.write_report"

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
    list_select_related = ("mandate",)
    search_fields = ("mandate__slug", "dnr")


@admin.register(Section)
class SectionAdmin(Looking):
    list_display = ("report", "key", "version", "written_by", "written_at")
    list_select_related = ("report__mandate",)
    search_fields = ("key", "report__mandate__slug")


@admin.register(Build)
class BuildAdmin(Looking):
    list_display = ("report", "number", "fingerprint", "facts", "built_at", "built_by")
    list_select_related = ("report__mandate",)
    search_fields = ("fingerprint", "report__mandate__slug")
