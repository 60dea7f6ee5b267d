"""What is filled in at a gate: the decision, and what the register is told when it passes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import LATITUDE, LONGITUDE
from knutpunkt.mandates.models import Clause
from knutpunkt.network.closing import BOARD, DIRECTOR_GENERAL
from knutpunkt.programme.forms import DayField
from knutpunkt.programme.models import Gate, GateOutcome, GateRecords
from knutpunkt.programme.pages.words import said
from knutpunkt.programme.services.registering import OpeningDetails

NONE = "none"
CLAUSE = "clause"
DECIDERS = ((BOARD, _("the board")), (DIRECTOR_GENERAL, _("the director-general")))
REMAINS = (("yes", _("yes")), ("no", _("no")), ("", _("the register knows")))


class DecisionForm(forms.Form):
    """A decision at a gate; ``expected`` is how many decisions the decider has seen there."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=GateOutcome.choices, widget=forms.RadioSelect
    )
    decided_on = DayField(label=_("Decided on"))
    decided_by = forms.CharField(label=_("Decided by"), max_length=150)
    delegation = forms.CharField(
        label=_("By which delegation"),
        max_length=150,
        help_text=_("The paragraph of the rules of procedure, or the decision that delegates."),
    )
    dnr = forms.CharField(label=_("Diary number"), max_length=100, required=False)
    conditions = forms.CharField(
        label=_("Conditions"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def decision(self) -> dict[str, Any]:
        """Return the arguments of ``gate_decide``."""
        return dict(self.cleaned_data)


class RegisterForm(forms.Form):
    """What the register is told; asked for only where the decision is to go on.

    Which clause an opening counts for is asked and never assumed, so no answer is preselected.
    """

    use_required_attribute = False

    happened_on = DayField(label=_("Opened to the public on"))
    inaugurated_on = DayField(label=_("Inaugurated on"), required=False)
    attribution = forms.ChoiceField(
        label=_("What does the opening count for?"), widget=forms.RadioSelect
    )
    office_key = forms.SlugField(
        label=_("Key of the office"),
        max_length=80,
        required=False,
        help_text=_(
            "Left empty: the office the register already awaits here, else a new one is put on "
            "record."
        ),
    )
    office_name = forms.CharField(label=_("Name of the office"), max_length=150, required=False)
    street = forms.CharField(
        label=_("Street"),
        max_length=200,
        required=False,
        help_text=_("Left empty: the address of the chosen premises."),
    )
    locality = forms.CharField(label=_("Town"), max_length=100, required=False)
    lat = forms.FloatField(label=_("Latitude"), required=False, validators=list(LATITUDE))
    lon = forms.FloatField(label=_("Longitude"), required=False, validators=list(LONGITUDE))
    decider = forms.ChoiceField(
        label=_("Who decided to close?"), choices=DECIDERS, widget=forms.RadioSelect
    )
    consulted_on = DayField(
        label=_("Consultation closed on"),
        required=False,
        help_text=_("Left empty: the day of the last reply that was filed."),
    )
    another_remains = forms.ChoiceField(
        label=_("Does another office remain in the municipality?"),
        choices=REMAINS,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, gate: Gate, clauses: Iterable[Clause], asked: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._clauses = {f"{CLAUSE}:{clause.pk}": clause for clause in clauses}
        for name in _left_out(gate, clauses_known=bool(self._clauses)):
            del self.fields[name]
        if "attribution" in self.fields:
            self._offer_clauses()
        if "office_key" in self.fields and gate.project.office is not None:
            self.fields["office_key"].initial = gate.project.office.key
        if gate.records == GateRecords.MOVED:
            self.fields["happened_on"].label = _("Moved on")
        elif gate.records == GateRecords.CLOSED:
            self.fields["happened_on"].label = _("Last visiting day")
        if not asked:
            for field in self.fields.values():
                field.required = False

    def _offer_clauses(self) -> None:
        field = self.fields["attribution"]
        assert isinstance(field, forms.ChoiceField)
        counts = [
            (value, _("Counts for %(clause)s") % {"clause": said(clause, "paraphrase")})
            for value, clause in self._clauses.items()
        ]
        field.choices = [*counts, (NONE, _("Counts for no clause"))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if (given.get("lat") is None) != (given.get("lon") is None):
            missing = "lat" if given.get("lat") is None else "lon"
            if missing not in self.errors:
                self.add_error(missing, _("Latitude and longitude belong together."))
        return given

    def details(self) -> OpeningDetails:
        """Return what ``gate_decide`` tells the register."""
        given = dict(self.cleaned_data)
        answer = given.pop("attribution", "")
        remains = given.pop("another_remains", "")
        return OpeningDetails(
            **given,
            clause=self._clauses.get(answer),
            counts_for_none=answer == NONE,
            another_remains={"yes": True, "no": False}.get(remains),
        )


def _left_out(gate: Gate, *, clauses_known: bool) -> tuple[str, ...]:
    """Fields that make no sense at a gate."""
    place = ("street", "locality", "lat", "lon")
    office = ("office_key", "office_name", "inaugurated_on", "attribution")
    closing = ("decider", "consulted_on", "another_remains")
    if gate.records == GateRecords.OPENED:
        return closing if clauses_known else (*closing, "attribution")
    return (*office, *closing) if gate.records == GateRecords.MOVED else (*office, *place)
