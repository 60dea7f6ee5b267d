"""Where people live, and studies, in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.planning.models import (
    DemandPoint,
    Study,
    StudyAnswer,
    StudyPrices,
    StudySeries,
    StudyVersion,
)


@admin.register(DemandPoint)
class DemandPointAdmin(HouseAdmin):
    write_permission = "planning.change_demand"
    list_display = ("name", "municipality", "persons", "population_on", "key")
    list_filter = ("population_on", "municipality__county")
    list_select_related = ("municipality",)
    search_fields = ("name", "key", "municipality__name")
    autocomplete_fields = ("municipality", "place")


class KeptAdmin(HouseAdmin):
    """Studies are looked at; they are made and changed on their own pages."""

    read_permission = "planning.start_study"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's signature
        return False


@admin.register(StudySeries)
class StudySeriesAdmin(KeptAdmin):
    list_display = ("title", "vary", "first", "last", "step", "made_by", "made_at")
    search_fields = ("title", "made_by")


@admin.register(Study)
class StudyAdmin(KeptAdmin):
    list_display = ("title", "made_by", "made_at", "approved_by", "approved_at")
    search_fields = ("title", "made_by", "approved_by")
    date_hierarchy = "made_at"


@admin.register(StudyVersion)
class StudyVersionAdmin(KeptAdmin):
    list_display = ("study", "number", "made_by", "made_at")
    list_select_related = ("study",)
    search_fields = ("study__title", "made_by")


@admin.register(StudyAnswer)
class StudyAnswerAdmin(KeptAdmin):
    list_display = ("version", "status", "objective", "gap", "seconds", "engine", "answered_at")
    list_filter = ("status",)
    list_select_related = ("version__study",)
    search_fields = ("version__study__title", "engine", "inputs_hash")


@admin.register(StudyPrices)
class StudyPricesAdmin(KeptAdmin):
    list_display = ("answer", "complete", "priced_at")
    list_select_related = ("answer__version__study",)
    search_fields = ("answer__version__study__title",)
