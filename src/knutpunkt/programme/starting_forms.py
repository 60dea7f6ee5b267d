"""What people fill in to begin a programme without slots, or to move or close an office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.mandates.models import Mandate
from knutpunkt.network.models import Office
from knutpunkt.programme.forms import DayField
from knutpunkt.programme.models import ProjectKind
from knutpunkt.programme.pages.words import said

KINDS = [(kind.value, kind.label) for kind in (ProjectKind.MOVE, ProjectKind.CLOSE)]


class NewProgrammeForm(forms.Form):
    """A programme without slots."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=40,
        help_text=_("Part of its address: lower-case letters, digits and hyphens."),
    )
    title_sv = forms.CharField(label=_("Title in Swedish"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    starts_on = DayField(label=_("Work starts on"))
    mandate = forms.ChoiceField(label=_("Commission"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Mandate.objects.order_by("-decided_earliest", "slug")
        field = self.fields["mandate"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("none")),
            *((row.slug, f"{said(row, 'title')} ({row.slug})") for row in rows),
        ]


class StartForm(forms.Form):
    """An office that is to move or to close, and by when."""

    kind = forms.ChoiceField(label=_("What"), choices=KINDS, widget=forms.RadioSelect)
    office = forms.CharField(
        label=_("Office"),
        max_length=60,
        help_text=_("Its key, as in the address of its page."),
    )
    ends_by = DayField(label=_("To be done by"))

    def clean_office(self) -> Office:
        key = self.cleaned_data["office"].strip()
        found = Office.objects.filter(key=key).first()
        if found is None:
            raise forms.ValidationError(_("There is no office with this key."))
        return found
