"""Files that come back filled in, and the approval of what they change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

#: More than any file that is read here.
MOST_BYTES = 25 * 2**20


class UploadForm(forms.Form):
    """A status sheet or a plan as XML, told apart by its content."""

    upload = forms.FileField(
        label=_("File"),
        help_text=_(
            "A status sheet (XLSX) or a plan of MS Project (XML) that was taken from here."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xml"}),
    )

    def clean_upload(self) -> Any:
        found = self.cleaned_data["upload"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large to be one of these."))
        return found


class ApprovalForm(forms.Form):
    """What was shown, sealed so that nobody alters it on the way."""

    sealed = forms.CharField(widget=forms.HiddenInput)
