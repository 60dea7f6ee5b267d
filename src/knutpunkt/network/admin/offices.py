"""Offices, their names, kinds and addresses, in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.core.admin import HouseAdmin
from knutpunkt.network.admin.facts import CLAIM, CLAIM_FIELDS, PERIOD, FactAdmin
from knutpunkt.network.models import (
    KindOfOffice,
    Office,
    OfficeAddress,
    OfficeKind,
    OfficeName,
)
from knutpunkt.network.services import office_create

if TYPE_CHECKING:
    OfficeFormBase = forms.ModelForm[Office]
else:
    OfficeFormBase = forms.ModelForm


class OfficeAddForm(OfficeFormBase):
    """A new office begins with a name and a kind."""

    name = forms.CharField(label=_("name"), max_length=150)
    kind = forms.ChoiceField(label=_("kind"), choices=KindOfOffice.choices)


@admin.register(Office)
class OfficeAdmin(HouseAdmin):
    list_display = ("key", "current_name", "confidence", "basis", "published_on", "recorded_by")
    list_filter = ("confidence", "basis")
    search_fields = ("key", "names__name", "names__folded")
    date_hierarchy = "known_from"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the name of today with the offices, in one query."""
        names = _names_of_today().filter(office=OuterRef("pk")).values("name")[:1]
        offices: QuerySet[Any] = super().get_queryset(request)
        named: QuerySet[Any] = offices.annotate(current_name=Subquery(names))
        return named

    @admin.display(description=_("name"), ordering="current_name")
    def current_name(self, office: Any) -> str:
        return str(office.current_name or "–")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = OfficeAddForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        begins = ("key",) if obj else ("key", "name", "kind", "source")
        claim = (*CLAIM_FIELDS, *self.get_readonly_fields(request, obj)) if obj else ()
        return [(None, {"fields": (*begins, *claim)})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        by = request.user.get_username()
        obj.pk = office_create(**form.cleaned_data, by=by).pk


def _names_of_today() -> QuerySet[Any]:
    """Names that may hold today, the newest first."""
    today = clock.today()
    begun = Q(valid_from_earliest=None) | Q(valid_from_earliest__lte=today)
    lasts = Q(valid_to_latest=None) | Q(valid_to_latest__gte=today)
    newest = (F("valid_from_earliest").desc(nulls_last=True), "-pk")
    names: QuerySet[Any] = OfficeName.objects.known_on(None)
    return names.filter(begun, lasts).order_by(*newest)


@admin.register(OfficeName)
class OfficeNameAdmin(FactAdmin):
    list_display = ("name", "office", "valid_from", "valid_to")
    list_select_related = ("office",)
    search_fields = ("name", "folded", "office__key")
    autocomplete_fields = ("office",)
    fieldsets = ((None, {"fields": ("office", "name")}), PERIOD, CLAIM)


@admin.register(OfficeKind)
class OfficeKindAdmin(FactAdmin):
    list_display = ("office", "kind", "valid_from", "valid_to")
    list_filter = ("kind",)
    list_select_related = ("office",)
    search_fields = ("office__key", "office__names__name")
    autocomplete_fields = ("office",)
    fieldsets = ((None, {"fields": ("office", "kind")}), PERIOD, CLAIM)


@admin.register(OfficeAddress)
class OfficeAddressAdmin(FactAdmin):
    list_display = ("office", "street", "locality", "municipality", "valid_from", "valid_to")
    list_filter = ("municipality__county",)
    list_select_related = ("office", "municipality")
    date_hierarchy = "valid_from_earliest"
    search_fields = ("office__key", "office__names__name", "street", "locality")
    autocomplete_fields = ("office", "municipality")
    fieldsets = (
        (None, {"fields": ("office", "street", "postal_code", "locality", "municipality")}),
        (_("Position"), {"fields": ("lat", "lon", "position_basis")}),
        PERIOD,
        CLAIM,
    )
