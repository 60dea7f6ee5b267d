"""What is said about a link that a municipality gets."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.programme.forms import DayField


class WindowForm(forms.Form):
    """Who gets a link to a slot, and until when it is valid."""

    issued_to = forms.CharField(
        label=_("For whom"),
        max_length=150,
        help_text=_("The office or person at the municipality."),
    )
    expires_on = DayField(label=_("The link is valid until"))
