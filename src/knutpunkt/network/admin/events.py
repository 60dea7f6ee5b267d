"""What happened to offices, in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.models import Correctable
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.admin import closing
from knutpunkt.network.admin.facts import CLAIM, FactAdmin, FactForm
from knutpunkt.network.closing import BOARD, DIRECTOR_GENERAL, ClosingAgainstTheRule
from knutpunkt.network.life import ImpossibleHistory
from knutpunkt.network.models import EventKind, OfficeEvent
from knutpunkt.network.services import RemainUndecided, event_record, office_close

BODIES = {BOARD: _("the board"), DIRECTOR_GENERAL: _("the director-general")}

#: Of which field a refused new closing is spoken, once every field by itself is in order.
FIELD_OF_A_CLOSING: dict[type[KnutpunktError], str] = {
    ClosingAgainstTheRule: "decided_by",
    RemainUndecided: "leaves_municipality",
    ImpossibleHistory: "happened_on",
}


class EventForm(FactForm):
    """An event; a closing that is still ahead also says when the consultation ended."""

    decided_by = forms.ChoiceField(label=_("decided by"), required=False)
    consulted_on = forms.DateField(
        label=_("consultation ended on"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("Only for a closing that is still ahead: it must follow the closing rule."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("decided_by")
        if isinstance(field, forms.ChoiceField):  # who only reads is shown no field
            on_record = self.instance.decided_by
            bodies = {"": "—", **BODIES}
            field.choices = list((bodies | {on_record: bodies.get(on_record, on_record)}).items())

    def check_fields(self) -> None:
        """Name everything a new decision to close lacks at once, each at its field."""
        if not (closing.SAID_OF_A_CLOSING & set(self.changed_data)):
            return
        if closing.is_new_closing(self.cleaned_data):
            for field, sentence in list(closing.gaps(self.cleaned_data)):
                self.add_error(field, sentence)

    def field_of(self, refused: KnutpunktError) -> str | None:
        if closing.is_new_closing(self.cleaned_data):
            return FIELD_OF_A_CLOSING.get(type(refused))
        return None


@admin.register(OfficeEvent)
class OfficeEventAdmin(FactAdmin):
    form = EventForm
    list_display = ("office", "kind", "happened_on", "basis", "decider", "published_on")
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

    @admin.display(description=_("decided by"), ordering="decided_by")
    def decider(self, event: OfficeEvent) -> str:
        return str(BODIES.get(event.decided_by, event.decided_by))

    def permission_to_write(self, values: dict[str, Any]) -> str:
        closes = values.get("kind") == EventKind.CLOSED
        return "network.decide_closing" if closes else self.write_permission

    def record(self, *, by: str, values: dict[str, Any]) -> Correctable:
        if closing.is_new_closing(values):
            return office_close(**closing.decision(values), office=values["office"], by=by)
        return event_record(by=by, **self._own(values))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Tell at once what a closing on record leaves open; history is not refused."""
        super().save_model(request, obj, form, change)
        if obj.kind == EventKind.CLOSED and form.changed_data:
            warning = closing.warning_of(OfficeEvent.objects.get(pk=obj.pk))
            if warning:
                self.message_user(request, warning, messages.WARNING)
