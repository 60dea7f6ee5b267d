"""Offices, what happened to them, their names, kinds and addresses, in the admin."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock, edtf
from knutpunkt.core.admin import HouseAdmin
from knutpunkt.core.models import Correctable
from knutpunkt.network.admin.facts import CLAIM, CLAIM_FIELDS, PERIOD, FactAdmin, FactForm
from knutpunkt.network.closing import refuse_closing_against_the_rule
from knutpunkt.network.models import (
    EventKind,
    KindOfOffice,
    Office,
    OfficeAddress,
    OfficeEvent,
    OfficeKind,
    OfficeName,
)
from knutpunkt.network.services import event_record, office_close, office_create

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
    list_display = ("key", "confidence", "basis", "published_on", "recorded_by")
    list_filter = ("confidence", "basis")
    search_fields = ("key", "names__name", "names__folded")
    date_hierarchy = "known_from"

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


class EventForm(FactForm):
    """An event; a closing that is still ahead also says when the consultation ended."""

    consulted_on = forms.DateField(
        label=_("consultation ended on"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("Only for a closing that is still ahead: it must follow the closing rule."),
    )


@admin.register(OfficeEvent)
class OfficeEventAdmin(FactAdmin):
    form = EventForm
    list_display = ("office", "kind", "happened_on", "basis", "decided_by", "published_on")
    list_filter = ("kind", "basis", "confidence", "decided_by")
    list_select_related = ("office",)
    date_hierarchy = "earliest"
    search_fields = ("office__key", "office__names__name", "decision", "source")
    autocomplete_fields = ("office",)
    fieldsets = (
        (None, {"fields": ("office", "kind", "happened_on")}),
        (
            _("Decision"),
            {
                "fields": (
                    "decided_by",
                    "decided_on",
                    "decision",
                    "consulted",
                    "consulted_on",
                    "leaves_municipality",
                )
            },
        ),
        CLAIM,
    )

    def permission_to_write(self, values: dict[str, Any]) -> str:
        closing = values.get("kind") == EventKind.CLOSED
        return "network.decide_closing" if closing else self.write_permission

    def record(self, *, by: str, values: dict[str, Any]) -> Correctable:
        if _is_new_closing(values):
            return office_close(**_decision(values), office=values["office"], by=by)
        return event_record(by=by, **self._own(values))

    def correct(self, before: Correctable, *, by: str, changes: dict[str, Any]) -> Correctable:
        event = {f.name: getattr(before, f.name) for f in before._meta.concrete_fields} | changes
        if _is_new_closing(event) and _SAID_OF_A_CLOSING & set(changes):
            said = _decision(event)
            refuse_closing_against_the_rule(
                decided_by=said["decided_by"],
                decided_on=said["decided_on"],
                consulted_on=said["consulted_on"],
                last_day=said["last_day"],
                remain=said["another_remains"] is not False,
            )
        return super().correct(before, by=by, changes=changes)


_SAID_OF_A_CLOSING = {
    "kind", "happened_on", "decided_by", "decided_on", "consulted", "consulted_on",
    "leaves_municipality",
}  # fmt: skip


def _is_new_closing(event: dict[str, Any]) -> bool:
    """Whether a closing is still ahead. One that is past is history and keeps its finding."""
    if event.get("kind") != EventKind.CLOSED:
        return False
    return edtf.parse(event["happened_on"]).latest >= clock.today()


def _decision(event: dict[str, Any]) -> dict[str, Any]:
    """Read what the closing rule asks for; the record itself says only that one consulted."""
    decided_on = _exact_day(event.get("decided_on") or "")
    consulted = event.get("consulted_on")
    if consulted is None and event.get("consulted") == "yes":
        consulted = decided_on
    remains = {"yes": False, "no": True}.get(event.get("leaves_municipality", ""))
    return {
        "last_day": _exact_day(event["happened_on"]),
        "decided_by": event.get("decided_by", ""),
        "decided_on": decided_on,
        "consulted_on": consulted,
        "decision": event.get("decision", ""),
        "source": event.get("source", ""),
        "another_remains": remains,
    }


def _exact_day(text: str) -> date:
    day = edtf.parse(text) if text else None
    if day is None or not day.exact:
        raise ValidationError(
            gettext("A new decision to close names its day and its last visiting day exactly.")
        )
    return day.earliest


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
