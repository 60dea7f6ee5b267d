"""Baselines, changes, the log, money, risks, forecasts, promises and windows in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from knutpunkt.programme.admin.doors import OnlyLookedAt, ProgrammeDoor, shown
from knutpunkt.programme.models import (
    Appropriation,
    Baseline,
    BaselineLine,
    ChangeRequest,
    CostLine,
    ForecastScore,
    LogEntry,
    Promise,
    Risk,
    SharedWindow,
    StoredForecast,
)
from knutpunkt.programme.services.money import appropriation_set


@admin.register(Baseline)
class BaselineAdmin(OnlyLookedAt):
    list_display = ("programme", "number", "name", "adopted_on", "cause", "recorded_by")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    date_hierarchy = "adopted_on"
    search_fields = ("name", "cause", "programme__key")


@admin.register(BaselineLine)
class BaselineLineAdmin(OnlyLookedAt):
    list_display = ("baseline", "slot", "gate", "day")
    list_filter = ("baseline",)
    list_select_related = ("baseline", "slot")
    search_fields = ("slot__name", "gate", "baseline__name")


@admin.register(ChangeRequest)
class ChangeRequestAdmin(OnlyLookedAt):
    list_display = ("asked_on", "programme", "slot", "kind", "asked_by", "decision", "decided_on")
    list_filter = ("kind", "decision", "programme")
    list_select_related = ("programme", "slot")
    date_hierarchy = "asked_on"
    search_fields = ("reason", "cause_code", "slot__name", "asked_by", "decided_by")


@admin.register(LogEntry)
class LogEntryAdmin(OnlyLookedAt):
    list_display = ("number", "programme", "kind", "project", "at", "by")
    list_filter = ("programme", "kind")
    list_select_related = ("programme", "project__slot")
    date_hierarchy = "at"
    search_fields = ("kind", "by", "project__slot__name")


@admin.register(CostLine)
class CostLineAdmin(OnlyLookedAt):
    list_display = ("year", "item", "kind", "amount", "programme", "project", "recorded_by")
    list_filter = ("programme", "kind", "year")
    list_select_related = ("programme", "project__slot")
    search_fields = ("item", "note", "project__slot__name")


@admin.register(Appropriation)
class AppropriationAdmin(ProgrammeDoor):
    """What the budget gives; the log keeps what was said before."""

    list_display = ("programme", "year", "item", "amount", "source")
    list_filter = ("programme", "year")
    list_select_related = ("programme",)
    search_fields = ("item", "source", "programme__key")
    autocomplete_fields = ("programme",)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Another year or item is another row."""
        given = super().get_readonly_fields(request, obj)
        return (*given, "programme", "year", "item") if obj else given

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:  # noqa: ARG002  # Django's signature
        row = appropriation_set(
            programme=obj.programme,
            year=obj.year,
            item=obj.item,
            amount=obj.amount,
            source=obj.source,
            by=request.user.get_username(),
        )
        obj.pk = row.pk


@admin.register(Risk)
class RiskAdmin(ProgrammeDoor):
    list_display = ("name", "programme", "cause", "probability", "mode", "owner", "closed_on")
    list_filter = ("programme", "cause", "basis")
    list_select_related = ("programme",)
    search_fields = ("key", "name", "cause", "owner", "action")
    autocomplete_fields = ("programme", "slots")


@admin.register(StoredForecast)
class StoredForecastAdmin(OnlyLookedAt):
    list_display = ("as_of", "mandate", "programme", "runs", "engine", "made_at", "made_by")
    list_filter = ("mandate", "programme")
    list_select_related = ("mandate", "programme")
    date_hierarchy = "as_of"
    search_fields = ("inputs_hash", "engine", "mandate__slug", "programme__key")


@admin.register(ForecastScore)
class ForecastScoreAdmin(OnlyLookedAt):
    list_display = ("forecast", "slot_key", "clause_key", "pit", "pinball", "brier", "inside")
    list_filter = ("inside", "before_p80")
    list_select_related = ("forecast",)
    search_fields = ("slot_key", "clause_key")


@admin.register(Promise)
class PromiseAdmin(OnlyLookedAt):
    list_display = ("project", "measure", "value", "unit", "made_on", "source")
    list_filter = ("measure", "project__slot__programme")
    list_select_related = ("project__slot",)
    search_fields = ("measure", "source", "project__slot__name")


@admin.register(SharedWindow)
class SharedWindowAdmin(OnlyLookedAt):
    """Who was given a window; neither the link nor its hash is shown."""

    list_display = ("slot", "issued_to", "issued_by", "issued_at", "expires_on", "revoked_at")
    list_filter = ("slot__programme",)
    list_select_related = ("slot",)
    date_hierarchy = "issued_at"
    search_fields = ("issued_to", "slot__name")
    fields = shown(SharedWindow, "token_hash")
    readonly_fields = shown(SharedWindow, "token_hash")
