"""What counting starts from, and what others have counted, in the admin."""

from __future__ import annotations

from django.contrib import admin

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.network.admin.facts import CLAIM, FactAdmin
from knutpunkt.network.models import BalanceMember, OpeningBalance, PublishedCount


@admin.register(OpeningBalance)
class OpeningBalanceAdmin(FactAdmin):
    write_permission = "network.change_register"
    somewhere_permission = "network.change_register"
    about = ("on",)
    list_display = ("on", "total")
    date_hierarchy = "on"
    search_fields = ("source",)
    fieldsets = ((None, {"fields": ("on", "total")}), CLAIM)


@admin.register(BalanceMember)
class BalanceMemberAdmin(FactAdmin):
    write_permission = "network.change_register"
    somewhere_permission = "network.change_register"
    about = ("balance_on", "office")
    list_display = ("office", "balance_on")
    list_filter = ("balance_on",)
    list_select_related = ("office",)
    search_fields = ("office__key", "office__names__name")
    autocomplete_fields = ("office",)
    fieldsets = ((None, {"fields": ("balance_on", "office")}), CLAIM)


@admin.register(PublishedCount)
class PublishedCountAdmin(HouseAdmin):
    list_display = ("counted_on", "count", "kind", "published_on", "source")
    list_filter = ("kind", "confidence")
    date_hierarchy = "latest"
    search_fields = ("counted_on", "source")
