"""Authorities, services, agreements and levels in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.core.models import Correctable
from knutpunkt.network.admin.facts import CLAIM, PERIOD, FactAdmin
from knutpunkt.network.models import (
    AgreementTask,
    Authority,
    Equipment,
    OfficeEquipment,
    Service,
    ServiceAgreement,
    ServiceLevel,
)
from knutpunkt.network.services import service_offer


@admin.register(Authority)
class AuthorityAdmin(HouseAdmin):
    list_display = ("slug", "name_sv", "name_en", "kind")
    list_filter = ("kind",)
    search_fields = ("slug", "name_sv", "name_en", "organisation_number")


@admin.register(Equipment)
class EquipmentAdmin(HouseAdmin):
    list_display = ("slug", "name_sv", "name_en")
    search_fields = ("slug", "name_sv", "name_en")


@admin.register(Service)
class ServiceAdmin(HouseAdmin):
    list_display = ("slug", "authority", "name_sv", "needs_equipment", "exercises_authority")
    list_filter = ("authority", "needs_equipment", "exercises_authority", "personal_data")
    list_select_related = ("authority", "needs_equipment")
    search_fields = ("slug", "name_sv", "name_en", "authority__name_sv")
    autocomplete_fields = ("authority", "needs_equipment")


@admin.register(OfficeEquipment)
class OfficeEquipmentAdmin(FactAdmin):
    about = ("office", "equipment")
    list_display = ("office", "equipment", "valid_from", "valid_to")
    list_filter = ("equipment",)
    list_select_related = ("office", "equipment")
    search_fields = ("office__key", "office__names__name")
    autocomplete_fields = ("office", "equipment")
    fieldsets = ((None, {"fields": ("office", "equipment")}), PERIOD, CLAIM)


@admin.register(ServiceAgreement)
class ServiceAgreementAdmin(HouseAdmin):
    list_display = ("key", "title_sv", "valid_from", "valid_to", "decision", "confidence")
    list_filter = ("parties", "confidence")
    date_hierarchy = "valid_from_earliest"
    search_fields = ("key", "title_sv", "title_en", "decision")
    autocomplete_fields = ("parties",)


@admin.register(AgreementTask)
class AgreementTaskAdmin(HouseAdmin):
    list_display = ("agreement", "service", "exercises_authority", "personal_data_access", "basis")
    list_filter = ("agreement", "exercises_authority", "basis")
    list_select_related = ("agreement", "service")
    search_fields = ("agreement__key", "service__slug", "service__name_sv")
    autocomplete_fields = ("agreement", "service")


@admin.register(ServiceLevel)
class ServiceLevelAdmin(FactAdmin):
    about = ("office", "task")
    list_display = ("office", "task", "level", "valid_from", "valid_to")
    list_filter = ("level", "task__service__authority")
    list_select_related = ("office", "task__agreement", "task__service")
    search_fields = ("office__key", "office__names__name", "task__service__name_sv")
    autocomplete_fields = ("office", "task")
    fieldsets = ((None, {"fields": ("office", "task", "level")}), PERIOD, CLAIM)

    def record(self, *, by: str, values: dict[str, Any]) -> Correctable:
        return service_offer(level=ServiceLevel(**values), by=by)
