"""What people fill in about reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.mandates.models import Mandate
from knutpunkt.reports.models import Report, ReportKind, ReportLanguage
from knutpunkt.reports.selectors import LETTER


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CommissionField(forms.ModelChoiceField[Mandate]):
    """A commission by its title in the language of the page."""

    def label_from_instance(self, obj: Mandate) -> str:
        swedish = (get_language() or "sv").startswith("sv")
        return f"{obj.title_sv if swedish else obj.title_en} ({obj.slug})"


class OpenForm(forms.Form):
    """Which report to open: commission, day, kind and language."""

    mandate = CommissionField(Mandate.objects.none(), to_field_name="slug", label=_("Commission"))
    kind = forms.ChoiceField(choices=ReportKind.choices, label=_("Kind"))
    as_of = forms.DateField(label=_("As of"), widget=DayInput())
    language = forms.ChoiceField(choices=ReportLanguage.choices, label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mandate"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Mandate.objects.order_by("-decided_earliest")
        self.fields["as_of"].initial = clock.today


class LetterForm(forms.ModelForm[Report]):
    """The covering letter."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Report
        fields = LETTER
        widgets = {"dated_on": DayInput()}  # noqa: RUF012  # Django's form


class SectionForm(forms.Form):
    """The text of a section, and the version its writer saw."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class LodgingForm(forms.Form):
    """The day a report was handed over."""

    lodged_on = forms.DateField(label=_("Handed over on"), widget=DayInput())


class AnswerForm(forms.Form):
    """Which municipality is asked about, as of which day."""

    municipality = forms.CharField(label=_("Municipality"), max_length=80)
    as_of = forms.DateField(label=_("As of"), required=False, widget=DayInput())
