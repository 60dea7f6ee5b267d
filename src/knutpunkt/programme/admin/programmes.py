"""Programmes, rounds, slots, premises and leases in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from knutpunkt.programme.admin.doors import OnlyLookedAt, ProgrammeDoor
from knutpunkt.programme.models import (
    Criterion,
    Lease,
    Premises,
    PremisesScore,
    Programme,
    Slot,
    Wave,
)


@admin.register(Programme)
class ProgrammeAdmin(ProgrammeDoor):
    """Programmes are opened on their own page; here their titles, manager and crews are kept."""

    list_display = ("key", "title_sv", "mandate", "starts_on", "manager")
    list_select_related = ("mandate",)
    date_hierarchy = "starts_on"
    search_fields = ("key", "title_sv", "title_en", "manager")
    fields = ("key", "title_sv", "title_en", "mandate", "study", "starts_on", "manager", "crews")
    readonly_fields = ("key", "mandate", "study", "starts_on")

    def has_add_permission(self, request: Any) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:  # noqa: ARG002  # the same
        return self._may(request, self.write_permission)

    def programme_of(self, record: Any) -> Programme | None:
        return record if isinstance(record, Programme) else None


@admin.register(Wave)
class WaveAdmin(ProgrammeDoor):
    list_display = ("programme", "number", "starts_on", "window_from", "window_to")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("programme__key", "programme__title_sv")
    autocomplete_fields = ("programme",)


@admin.register(Slot)
class SlotAdmin(OnlyLookedAt):
    """A slot is changed by a change request."""

    list_display = ("name", "programme", "wave", "municipality", "clause", "dropped_on")
    list_filter = ("programme", "wave__number")
    list_select_related = ("programme", "wave", "municipality", "clause")
    search_fields = ("key", "name", "place", "municipality__name")


@admin.register(Criterion)
class CriterionAdmin(ProgrammeDoor):
    list_display = ("key", "programme", "name_sv", "name_en", "weight")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("key", "name_sv", "name_en")
    autocomplete_fields = ("programme",)


@admin.register(Premises)
class PremisesAdmin(OnlyLookedAt):
    list_display = ("name", "slot", "street", "state", "available_from", "offer_until")
    list_filter = ("state", "slot__programme")
    list_select_related = ("slot",)
    search_fields = ("name", "street", "landlord", "slot__name")


@admin.register(PremisesScore)
class PremisesScoreAdmin(OnlyLookedAt):
    list_display = ("premises", "criterion", "points", "note")
    list_filter = ("criterion__programme",)
    list_select_related = ("premises", "criterion")
    search_fields = ("premises__name", "criterion__key", "note")


@admin.register(Lease)
class LeaseAdmin(OnlyLookedAt):
    list_display = ("__str__", "premises", "office", "starts_on", "earliest_exit", "signed_on")
    list_filter = ("programme",)
    list_select_related = ("premises", "office")
    date_hierarchy = "earliest_exit"
    search_fields = ("premises__name", "premises__slot__name", "office__key", "dnr")
