"""Commissions, their clauses and plans, and what openings count for, in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.core.models import Correctable
from knutpunkt.mandates.models import Attribution, Clause, Mandate, PlanVersion, ReportLodging
from knutpunkt.network.admin.facts import CLAIM, FactAdmin


class MandateDoor(HouseAdmin):
    """Who directs the programme writes down what it has to do."""

    write_permission = "mandates.change_mandate"


@admin.register(Mandate)
class MandateAdmin(MandateDoor):
    list_display = ("slug", "title_sv", "decided_on", "decided_by", "dnr")
    list_filter = ("decided_by",)
    list_select_related = ("amends",)
    date_hierarchy = "decided_earliest"
    search_fields = ("slug", "title_sv", "title_en", "dnr")
    autocomplete_fields = ("amends",)


@admin.register(Clause)
class ClauseAdmin(MandateDoor):
    list_display = ("key", "mandate", "type", "at_least", "at_most", "window_from", "window_to")
    list_filter = ("mandate", "type")
    list_select_related = ("mandate",)
    date_hierarchy = "window_to"
    search_fields = ("key", "mandate__slug", "paraphrase_sv", "paraphrase_en")
    autocomplete_fields = ("mandate", "members", "edition")


@admin.register(PlanVersion)
class PlanVersionAdmin(MandateDoor):
    list_display = ("plan", "phase", "mandate", "adopted_on", "at_least", "at_most", "window_to")
    list_filter = ("mandate", "plan")
    list_select_related = ("mandate",)
    search_fields = ("plan", "phase", "mandate__slug")
    autocomplete_fields = ("mandate", "members")


@admin.register(ReportLodging)
class ReportLodgingAdmin(MandateDoor):
    list_display = ("clause", "lodged_on", "published_on", "source")
    list_select_related = ("clause",)
    date_hierarchy = "earliest"
    search_fields = ("clause__key", "clause__mandate__slug", "source")
    autocomplete_fields = ("clause",)


@admin.register(Attribution)
class AttributionAdmin(FactAdmin):
    write_permission = "mandates.change_mandate"
    somewhere_permission = "mandates.change_mandate"
    about = ("office", "opening")
    list_display = ("office", "opening", "clause", "basis")
    list_filter = ("clause__mandate", "basis")
    list_select_related = ("office", "clause")
    search_fields = ("office__key", "office__names__name", "clause__key")
    autocomplete_fields = ("office", "clause")
    fieldsets = ((None, {"fields": ("office", "opening", "clause")}), CLAIM)

    @transaction.atomic
    def correct(self, before: Correctable, *, by: str, changes: dict[str, Any]) -> Correctable:
        _mark_withdrawn(before)
        return super().correct(before, by=by, changes=changes)

    @transaction.atomic
    def take_back(self, fact: Correctable, *, by: str, reason: str) -> Correctable:
        _mark_withdrawn(fact)
        return super().take_back(fact, by=by, reason=reason)


def _mark_withdrawn(attribution: Correctable) -> None:
    """Make room: the database lets only one attribution of an opening stand."""
    Attribution.objects.filter(pk=attribution.pk).update(withdrawn=True)
