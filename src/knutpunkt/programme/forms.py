"""What people fill in about programmes, projects and premises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knutpunkt.errors import KnutpunktError
from knutpunkt.network.services import Invalid
from knutpunkt.programme.evidence_store import TYPES
from knutpunkt.programme.models import (
    Criterion,
    Light,
    ParameterBasis,
    Premises,
    Requirement,
    Shape,
)
from knutpunkt.programme.models.programmes import MOST_POINTS
from knutpunkt.programme.pages.words import said


class DayInput(forms.DateInput):
    """A day as browsers ask for it, in ISO form whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), input_formats=["%Y-%m-%d"], **kwargs)


class ProgrammeForm(forms.Form):
    """Which commission or finished plan a programme is opened from."""

    origin = forms.ChoiceField(label=_("From"))
    starts_on = DayField(
        label=_("Work starts on"),
        required=False,
        help_text=_("Left empty: the day the commission was decided."),
    )

    def __init__(
        self, *args: Any, origins: Sequence[tuple[str, Sequence[tuple[str, str]]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "origin", [("", _("Choose …")), *origins])

    def question(self) -> dict[str, Any]:
        """Return what ``programme_open`` asks for."""
        kind, _colon, key = self.cleaned_data["origin"].partition(":")
        return {kind: key, "starts_on": self.cleaned_data["starts_on"]}


class ActivityForm(forms.Form):
    """When an activity started and finished; ``expected`` is the version of the project seen."""

    started_on = DayField(label=_("Started on"), required=False)
    finished_on = DayField(label=_("Finished on"), required=False)
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        days = super().clean() or self.cleaned_data
        started, finished = days.get("started_on"), days.get("finished_on")
        if finished and not started and "started_on" not in self.errors:
            self.add_error("started_on", _("Say also when it started."))
        elif finished and started and finished < started:
            self.add_error("finished_on", _("It cannot finish before it starts."))
        return days


class EstimateForm(forms.Form):
    """How long an activity takes, estimated anew, and what that rests on."""

    low = forms.FloatField(label=_("Lowest, working days"), min_value=0)
    mode = forms.FloatField(label=_("Most likely, working days"), min_value=0)
    high = forms.FloatField(label=_("Highest, working days"), min_value=0)
    shape = forms.ChoiceField(
        label=_("Distribution"),
        choices=Shape.choices,
        help_text=_("Of the lognormal, lowest and highest are P10 and P90."),
    )
    basis = forms.ChoiceField(label=_("Basis"), choices=ParameterBasis.choices)
    basis_note = forms.CharField(label=_("What the basis is"), required=False, max_length=300)
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        low, mode, high = (given.get(name) for name in ("low", "mode", "high"))
        if low is not None and mode is not None and mode < low:
            self.add_error("mode", _("The most likely cannot be below the lowest."))
        if mode is not None and high is not None and high < mode:
            self.add_error("high", _("The highest cannot be below the most likely."))
        return given


class StatusForm(forms.Form):
    """What the project leader says; the light is a judgement and chosen anew each time."""

    as_of = DayField(label=_("As of"))
    light = forms.ChoiceField(
        label=_("Own judgement"), choices=Light.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_step = forms.CharField(label=_("Next step"), required=False, max_length=300)


class EvidenceForm(forms.Form):
    """A document for a gate: with its file, or by its diary number alone."""

    requirement = forms.ChoiceField(label=_("Evidence for"))
    title = forms.CharField(label=_("Title"), max_length=200)
    dnr = forms.CharField(label=_("Diary number"), max_length=100)
    dated_on = DayField(label=_("Dated"))
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "PDF, ODT, DOCX, XLSX, PNG, JPEG, TXT or EML of 25 MB at most. Without a file the "
            "diary number says where the document is."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(sorted(TYPES))}),
    )
    secret = forms.BooleanField(
        label=_("Secret"),
        required=False,
        help_text=_("Only those who may see secret evidence see its title, number and file."),
    )

    def __init__(self, *args: Any, requirements: Iterable[Requirement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(requirements)
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in rows:
            groups.setdefault(said(row.gate, "name"), []).append((str(row.pk), said(row, "name")))
        only = rows[0] if len(rows) == 1 else None
        _choices(self, "requirement", [*([] if only else [("", _("Choose …"))]), *groups.items()])
        self._by_key = {str(row.pk): row for row in rows}

    @property
    def chosen(self) -> Requirement:
        """The requirement the document is for."""
        return self._by_key[self.cleaned_data["requirement"]]


class WithdrawalForm(forms.Form):
    """Why something is taken back."""

    why = forms.CharField(label=_("Why"), max_length=300)


class PremisesForm(forms.ModelForm[Premises]):
    """Rooms an office could have."""

    class Meta:
        model = Premises
        fields = (
            "name",
            "street",
            "locality",
            "landlord",
            "square_metres",
            "people_limit",
            "rent_per_year",
            "available_from",
            "offer_until",
            "lat",
            "lon",
        )
        field_classes = {"available_from": DayField, "offer_until": DayField}  # noqa: RUF012  # Django reads a plain dict


class ScoreForm(forms.Form):
    """How good premises are on a criterion."""

    premises = forms.ChoiceField(label=_("Premises"))
    criterion = forms.ChoiceField(label=_("Criterion"))
    points = forms.IntegerField(
        label=_("Points, 0 (worst) to 5 (best)"), min_value=0, max_value=MOST_POINTS
    )
    note = forms.CharField(label=_("Why so many"), required=False, max_length=300)

    def __init__(
        self,
        *args: Any,
        premises: Iterable[Premises],
        criteria: Iterable[Criterion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "premises", [(str(row.pk), row.name) for row in premises])
        _choices(self, "criterion", [(row.key, said(row, "name")) for row in criteria])


def refuse(form: forms.BaseForm, refusal: KnutpunktError) -> None:
    """Put what a service refused at the field it is about, else at the head of the form."""
    if isinstance(refusal, Invalid):
        for name, texts in refusal.fields.items():
            form.add_error(name if name in form.fields else None, texts)
    else:
        hint = gettext(refusal.hint) if refusal.hint else ""
        form.add_error(None, f"{refusal} {hint}".strip())


def answered_anew(form: forms.Form, name: str, value: str) -> None:
    """Put another value in place of one that was sent, when the form is shown again."""
    form.data = {**{key: form.data[key] for key in form.data}, name: value}


def _choices(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
