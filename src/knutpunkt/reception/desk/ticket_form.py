"""What a greeter fills in to give out a ticket on somebody's behalf."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.reception.actors import Actor
from knutpunkt.reception.desk.choices import put, services_at
from knutpunkt.reception.desk.names import LANGUAGES, NEEDS
from knutpunkt.reception.models import PriorityClass
from knutpunkt.reception.services.visits import LARGEST_PARTY


class TicketForm(forms.Form):
    """What a visitor says on arriving; nothing about who they are."""

    service = forms.ChoiceField(label=_("What it is about"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()), initial="sv")
    interpreter = forms.ChoiceField(
        label=_("Interpreter wanted in"),
        required=False,
        choices=[("", "–"), *((c, w) for c, w in LANGUAGES.items() if c != "sv")],
    )
    party_size = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=LARGEST_PARTY, initial=1
    )
    prio_class = forms.ChoiceField(
        label=_("Class"),
        initial=PriorityClass.ORDINARY,
        choices=[one for one in PriorityClass.choices if one[0] != PriorityClass.BOOKED],
        widget=forms.RadioSelect,
    )
    access_needs = forms.MultipleChoiceField(
        label=_("Needs"),
        required=False,
        choices=list(NEEDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, office: str, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put(self, "service", services_at(office, by))

    def asked(self) -> dict[str, Any]:
        """Return what ``visit_open`` asks for."""
        needs = ",".join(self.cleaned_data["access_needs"])
        return self.cleaned_data | {"access_needs": needs}
