"""Where people live, in the admin."""

from __future__ import annotations

from django.contrib import admin

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.planning.models import DemandPoint


@admin.register(DemandPoint)
class DemandPointAdmin(HouseAdmin):
    write_permission = "planning.change_demand"
    list_display = ("name", "municipality", "persons", "population_on", "key")
    list_filter = ("population_on", "municipality__county")
    list_select_related = ("municipality",)
    search_fields = ("name", "key", "municipality__name")
    autocomplete_fields = ("municipality", "place")
