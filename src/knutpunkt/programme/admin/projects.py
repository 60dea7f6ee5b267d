"""Projects with their activities, links, gates and evidence in the admin: all only looked at.

They are written on their own pages, where of two writers one is told.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from knutpunkt.programme.admin.doors import OnlyLookedAt
from knutpunkt.programme.models import (
    Activity,
    Evidence,
    Gate,
    GateDecision,
    Link,
    Project,
    Requirement,
    StatusReport,
)

READ_SECRETS = "programme.view_secret_evidence"


@admin.register(Project)
class ProjectAdmin(OnlyLookedAt):
    list_display = ("slot", "kind", "owner", "opened_to_public", "inaugurated", "completed_on")
    list_filter = ("kind", "slot__programme")
    list_select_related = ("slot",)
    search_fields = ("slot__name", "slot__key", "owner", "office__key")


@admin.register(Activity)
class ActivityAdmin(OnlyLookedAt):
    list_display = ("key", "project", "kind", "low", "mode", "high", "started_on", "finished_on")
    list_filter = ("kind", "project__slot__programme")
    list_select_related = ("project__slot",)
    search_fields = ("key", "name_sv", "name_en", "project__slot__name")


@admin.register(Link)
class LinkAdmin(OnlyLookedAt):
    list_display = ("project", "before", "type", "after", "lag_days", "max_lag_days")
    list_filter = ("type", "project__slot__programme")
    list_select_related = ("project__slot", "before", "after")
    search_fields = ("project__slot__name", "before__key", "after__key")


@admin.register(Gate)
class GateAdmin(OnlyLookedAt):
    list_display = ("key", "project", "name_sv", "activity", "passed_on", "decisions_made")
    list_filter = ("key", "project__slot__programme")
    list_select_related = ("project__slot", "activity")
    search_fields = ("key", "name_sv", "name_en", "project__slot__name")


@admin.register(Requirement)
class RequirementAdmin(OnlyLookedAt):
    list_display = ("name_sv", "gate", "secret")
    list_filter = ("secret", "gate__project__slot__programme")
    list_select_related = ("gate",)
    search_fields = ("key", "name_sv", "name_en", "gate__project__slot__name")


@admin.register(Evidence)
class EvidenceAdmin(OnlyLookedAt):
    """Secret documents are not even listed for those who may not read them."""

    list_display = ("title", "dnr", "requirement", "dated_on", "secret", "withdrawn_at")
    list_filter = ("secret", "requirement__gate__project__slot__programme")
    list_select_related = ("requirement",)
    date_hierarchy = "dated_on"
    search_fields = ("title", "dnr", "requirement__name_sv")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows if self._may(request, READ_SECRETS) else rows.filter(secret=False)


@admin.register(GateDecision)
class GateDecisionAdmin(OnlyLookedAt):
    list_display = ("gate", "number", "outcome", "decided_on", "decided_by", "delegation", "dnr")
    list_filter = ("outcome", "gate__project__slot__programme")
    list_select_related = ("gate",)
    date_hierarchy = "decided_on"
    search_fields = ("decided_by", "dnr", "gate__project__slot__name")


@admin.register(StatusReport)
class StatusReportAdmin(OnlyLookedAt):
    list_display = ("project", "as_of", "light", "next_step", "recorded_by")
    list_filter = ("light", "project__slot__programme")
    list_select_related = ("project__slot",)
    date_hierarchy = "as_of"
    search_fields = ("project__slot__name", "note", "next_step")
