"""Counties, municipalities, places and lists of areas in the admin."""

from __future__ import annotations

from django.contrib import admin

from knutpunkt.core.admin import HouseAdmin
from knutpunkt.network.models import Area, AreaEdition, County, Municipality, Place, PlaceAlias


@admin.register(County)
class CountyAdmin(HouseAdmin):
    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(Municipality)
class MunicipalityAdmin(HouseAdmin):
    list_display = ("code", "name", "county", "population", "population_on")
    list_filter = ("county",)
    list_select_related = ("county",)
    search_fields = ("code", "name", "aliases__alias")
    autocomplete_fields = ("county",)


@admin.register(Place)
class PlaceAdmin(HouseAdmin):
    list_display = ("name", "municipality", "inhabitants", "assigned_by")
    list_filter = ("municipality__county", "assigned_by")
    list_select_related = ("municipality",)
    search_fields = ("name", "folded", "key")
    autocomplete_fields = ("municipality",)


@admin.register(PlaceAlias)
class PlaceAliasAdmin(HouseAdmin):
    list_display = ("alias", "municipality", "office", "kind")
    list_filter = ("kind",)
    list_select_related = ("municipality", "office")
    search_fields = ("alias", "folded", "municipality__name")
    autocomplete_fields = ("municipality", "office")


@admin.register(AreaEdition)
class AreaEditionAdmin(HouseAdmin):
    list_display = ("slug", "title_sv", "valid_from", "valid_to", "held", "areas_published")
    list_filter = ("held",)
    search_fields = ("slug", "title_sv", "title_en")


@admin.register(Area)
class AreaAdmin(HouseAdmin):
    list_display = ("name", "place", "municipality", "edition", "category", "area_km2")
    list_filter = ("edition", "category")
    list_select_related = ("municipality", "edition")
    search_fields = ("name", "place", "municipality__name")
    autocomplete_fields = ("municipality", "edition")
