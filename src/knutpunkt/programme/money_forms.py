"""What people fill in about money, leases and risks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.text import fold
from knutpunkt.network.models import Office
from knutpunkt.programme.forms import DayField
from knutpunkt.programme.models import (
    ActivityKind,
    CostKind,
    ParameterBasis,
    Premises,
    Programme,
    Project,
    Slot,
)
from knutpunkt.programme.models.words import PremisesState

FIRST_YEAR, LAST_YEAR = 1990, 2099
LARGEST = 10**12
KEY_LENGTH = 40
PER_CENT = 100


def offered(form: forms.Form, name: str, choices: list[tuple[str, Any]], *, empty: Any) -> None:
    """Offer choices in a field, after one that chooses nothing."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", empty), *choices]


class CostForm(forms.Form):
    """An amount for a year and an item; a correction is a further line."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    item = forms.CharField(label=_("Appropriation item"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=CostKind.choices)
    amount = forms.IntegerField(
        label=_("Amount, SEK"),
        min_value=-LARGEST,
        max_value=LARGEST,
        help_text=_("Lines of one kind add up. A correction is a further line, negative or not."),
    )
    slot = forms.ChoiceField(label=_("Slot"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programme = programme
        slots = list(programme.slots.values_list("key", "name"))
        offered(self, "slot", slots, empty=_("the whole programme"))

    @property
    def project(self) -> Project | None:
        """The newest project of the slot that is named."""
        key = self.cleaned_data["slot"]
        rows = Project.objects.filter(slot__programme=self._programme, slot__key=key)
        return rows.select_related("slot").order_by("-pk").first() if key else None


class AppropriationForm(forms.Form):
    """What the budget gives under an item in a year."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    item = forms.CharField(label=_("Appropriation item"), max_length=60)
    amount = forms.IntegerField(label=_("Amount, SEK"), min_value=0, max_value=LARGEST)
    source = forms.CharField(label=_("Source"), required=False, max_length=500)


class LeaseForm(forms.Form):
    """What a lease binds to, and what leaving it early costs."""

    premises = forms.ChoiceField(label=_("Premises"), required=False)
    office = forms.CharField(
        label=_("Office"),
        required=False,
        max_length=60,
        help_text=_("Its key, where the lease is of an office and not of premises."),
    )
    rent_per_month = forms.IntegerField(label=_("Rent per month, SEK"), min_value=0)
    starts_on = DayField(label=_("Starts on"))
    earliest_exit = DayField(
        label=_("Earliest exit"),
        help_text=_("The last day that has to be paid for if one leaves as early as allowed."),
    )
    ends_on = DayField(label=_("Runs out on"), required=False)
    notice_months = forms.IntegerField(
        label=_("Notice, months"), min_value=0, max_value=120, initial=9
    )
    restoration_cost = forms.IntegerField(label=_("Cost of restoring, SEK"), min_value=0, initial=0)
    reuse_value = forms.IntegerField(
        label=_("Value of what can be reused, SEK"), min_value=0, initial=0
    )
    dnr = forms.CharField(label=_("Diary number"), required=False, max_length=100)
    signed_on = DayField(
        label=_("Signed on"), required=False, help_text=_("Left empty: it is only offered.")
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Premises.objects.filter(slot__programme=programme)
        standing = rows.exclude(state=PremisesState.REJECTED).select_related("slot")
        self._premises = {str(row.pk): row for row in standing}
        named = [(key, f"{row.slot.name}: {row.name}") for key, row in self._premises.items()]
        offered(self, "premises", named, empty=_("none"))

    def clean_office(self) -> Office | None:
        key = self.cleaned_data["office"].strip()
        found = Office.objects.filter(key=key).first() if key else None
        if key and found is None:
            raise forms.ValidationError(_("There is no office with this key."))
        return found

    def terms(self) -> dict[str, Any]:
        """Return what ``lease_sign`` asks for."""
        given = dict(self.cleaned_data)
        return {**given, "premises": self._premises.get(given["premises"])}


class RiskForm(forms.Form):
    """Something that may happen and then delays slots together."""

    name = forms.CharField(label=_("What may happen"), max_length=200)
    cause = forms.CharField(label=_("Shared cause"), max_length=KEY_LENGTH)
    probability = forms.IntegerField(label=_("Probability, per cent"), min_value=0, max_value=100)
    low = forms.FloatField(label=_("Working days it costs, lowest"), min_value=0)
    mode = forms.FloatField(label=_("most likely"), min_value=0)
    high = forms.FloatField(label=_("highest"), min_value=0)
    activity = forms.ChoiceField(label=_("Activity it delays"), required=False)
    slots = forms.MultipleChoiceField(
        label=_("Slots it hits"), required=False, help_text=_("None chosen: all of them.")
    )
    basis = forms.ChoiceField(
        label=_("Basis"), choices=ParameterBasis.choices, initial=ParameterBasis.EXPERT
    )
    owner = forms.CharField(label=_("Owner"), required=False, max_length=150)
    action = forms.CharField(label=_("What is done about it"), required=False, max_length=300)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slots: dict[str, Slot] = {row.key: row for row in programme.slots.all()}
        field = self.fields["slots"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, row.name) for key, row in self._slots.items()]
        offered(self, "activity", _works(programme), empty=_("the last one"))

    def clean_cause(self) -> str:
        return slugify(fold(self.cleaned_data["cause"]))[:KEY_LENGTH]

    def risk(self) -> dict[str, Any]:
        """Return what ``risk_record`` asks for; the key follows from the name."""
        given = dict(self.cleaned_data)
        return {
            "key": slugify(fold(given["name"]))[:KEY_LENGTH].strip("-"),
            "name": given["name"],
            "cause": given["cause"],
            "probability": given["probability"] / PER_CENT,
            "impact": (given["low"], given["mode"], given["high"]),
            "slots": [self._slots[key] for key in given["slots"]],
            **{name: given[name] for name in ("activity", "basis", "owner", "action")},
        }


class RiskClosingForm(forms.Form):
    """When a risk was closed."""

    closed_on = DayField(label=_("Closed on"))


def _works(programme: Programme) -> list[tuple[str, str]]:
    """Activities of the programme's projects by key, with the kind of work as their name."""
    rows = Project.objects.filter(slot__programme=programme)
    found = rows.values_list("activities__key", "activities__kind").distinct()
    labels = dict(ActivityKind.choices)
    return [(key, f"{key} ({labels[kind]})") for key, kind in found.order_by() if key]
