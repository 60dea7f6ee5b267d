"""Opening hours and the national calendar in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.db import models

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.network.admin.facts import CLAIM, PERIOD, FactAdmin
from knutpunkt.network.models import CalendarDay, HoursRule


@admin.register(HoursRule)
class HoursRuleAdmin(FactAdmin):
    write_permission = "network.change_hours"
    somewhere_permission = "network.record_hours"
    about = ("office", "authority")
    list_display = ("office", "authority", "layer", "week", "valid_from", "valid_to")
    list_filter = ("layer", "authority")
    list_select_related = ("office", "authority")
    date_hierarchy = "valid_from_earliest"
    search_fields = ("office__key", "office__names__name", "week", "reason_sv", "reason_en")
    autocomplete_fields = ("office", "authority")
    fieldsets = (
        (None, {"fields": ("office", "authority", "layer", "week", "reason_sv", "reason_en")}),
        PERIOD,
        CLAIM,
    )

    def subject(self, record: models.Model) -> models.Model | None:
        """Hours of one authority may be those of a municipality's desk: ask for the rule itself."""
        return record


@admin.register(CalendarDay)
class CalendarDayAdmin(HouseAdmin):
    list_display = ("on", "name_sv", "name_en", "policy", "until", "basis")
    list_filter = ("policy", "basis")
    date_hierarchy = "on"
    search_fields = ("name_sv", "name_en")
