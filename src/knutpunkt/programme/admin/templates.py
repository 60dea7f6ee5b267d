"""Templates in the admin: a version is never changed, because projects were built from it."""

from __future__ import annotations

from django.contrib import admin

from knutpunkt.programme.admin.doors import OnlyLookedAt
from knutpunkt.programme.models import (
    Template,
    TemplateActivity,
    TemplateGate,
    TemplateLink,
    TemplateRequirement,
)


@admin.register(Template)
class TemplateAdmin(OnlyLookedAt):
    list_display = ("key", "version", "kind", "title_sv", "recorded_at")
    list_filter = ("kind",)
    search_fields = ("key", "title_sv", "title_en")


@admin.register(TemplateActivity)
class TemplateActivityAdmin(OnlyLookedAt):
    list_display = ("key", "template", "kind", "low", "mode", "high", "shape", "basis")
    list_filter = ("template", "kind", "basis")
    list_select_related = ("template",)
    search_fields = ("key", "name_sv", "name_en")


@admin.register(TemplateLink)
class TemplateLinkAdmin(OnlyLookedAt):
    list_display = ("template", "before", "type", "after", "lag_days", "max_lag_days")
    list_filter = ("template", "type")
    list_select_related = ("template",)
    search_fields = ("before", "after", "template__key")


@admin.register(TemplateGate)
class TemplateGateAdmin(OnlyLookedAt):
    list_display = ("key", "template", "name_sv", "activity", "recycle", "stop", "records")
    list_filter = ("template",)
    list_select_related = ("template",)
    search_fields = ("key", "name_sv", "name_en")


@admin.register(TemplateRequirement)
class TemplateRequirementAdmin(OnlyLookedAt):
    list_display = ("name_sv", "gate", "secret")
    list_filter = ("secret", "gate__template")
    list_select_related = ("gate",)
    search_fields = ("key", "name_sv", "name_en")
