"""What is filled in about an errand: how it ended, where it goes, who helps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.network.models import Level
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.desk.choices import put, services_at
from knutpunkt.reception.desk.names import (
    CHANNELS,
    LANGUAGES,
    names_of_authorities,
)
from knutpunkt.reception.models import Counter, Incident, InterpreterOrder


class SeenForm(forms.Form):
    """What every action on an errand says: which version of it was seen, at which counter."""

    version = forms.IntegerField(min_value=1)
    counter = forms.CharField(required=False, max_length=8)


class AboutForm(forms.Form):
    """What an errand turned out to be about, where nobody had said."""

    about = forms.ChoiceField(label=_("What was it about?"), required=False)

    def __init__(self, *args: Any, office: str, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put(self, "about", services_at(office, by))


class ReferredForm(forms.Form):
    """Which authority the visitor is sent on to, and by what way."""

    next_authority = forms.ChoiceField(label=_("To which authority?"))
    next_channel = forms.ChoiceField(
        label=_("How?"), choices=list(CHANNELS.items()), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put(self, "next_authority", [("", _("Choose …")), *names_of_authorities().items()])


class BeyondForm(forms.Form):
    """Which service level here would have solved the errand."""

    missing_level = forms.ChoiceField(
        label=_("What would have solved it here?"),
        choices=Level.choices,
        widget=forms.RadioSelect,
    )


#: Outcomes that need a second small step.
STEPS: dict[str, type[ReferredForm | BeyondForm]] = {
    "referred_authority": ReferredForm,
    "beyond_service_level": BeyondForm,
}


class TransferForm(forms.Form):
    """Where an errand goes: another service, or a certain counter, or both."""

    service = forms.ChoiceField(label=_("To the service"), required=False)
    to_counter = forms.ChoiceField(label=_("Only at counter"), required=False)

    def __init__(self, *args: Any, office: str, office_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put(self, "service", [("", _("The same service")), *services_at(office)[1:]])
        names = Counter.objects.filter(office=office_id, in_use=True)
        counters = [(name, name) for name in names.values_list("name", flat=True)]
        put(self, "to_counter", [("", _("Any counter")), *counters])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("service") and not given.get("to_counter"):
            self.add_error(None, _("Choose a service or a counter."))
        return given


class AddErrandForm(forms.Form):
    """What a further errand of a visit is about; also for another authority in the room."""

    service = forms.ChoiceField(label=_("The next errand"), required=False)

    def __init__(self, *args: Any, office: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put(self, "service", services_at(office))


class InterpreterForm(forms.Form):
    """Which interpreter is ordered, and how."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[(c, w) for c, w in LANGUAGES.items() if c != "sv"]
    )
    way = forms.ChoiceField(
        label=_("How?"), choices=InterpreterOrder.Way.choices, widget=forms.RadioSelect
    )


class NoteForm(forms.Form):
    """A note on an errand, gone when the day ends."""

    text = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("No names or numbers of persons. It is erased when the day ends."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class IncidentForm(forms.Form):
    """What happened to somebody at work."""

    kind = forms.ChoiceField(
        label=_("What happened?"),
        choices=[one for one in Incident.Kind.choices if one[0] != Incident.Kind.ALARM],
        widget=forms.RadioSelect,
    )
    account = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=2000,
        help_text=_("Erased after some time; leave out the names of visitors."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
