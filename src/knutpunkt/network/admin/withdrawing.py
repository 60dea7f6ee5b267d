"""Asking once more before records are withdrawn: which ones, and for what reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knutpunkt.network.admin.history import address_of

if TYPE_CHECKING:
    from knutpunkt.network.admin.facts import FactAdmin


class WithdrawForm(ActionForm):
    """Why the selected records are withdrawn."""

    # Not required by the form: Django would then say that no action was chosen.
    reason = forms.CharField(label=_("Reason for withdrawing"), required=False, max_length=500)


def confirmation(
    page: FactAdmin, request: HttpRequest, records: QuerySet[Any], reason: str
) -> TemplateResponse:
    """List what is about to be withdrawn and ask to confirm it."""
    context = {
        **page.admin_site.each_context(request),
        "title": gettext("Withdraw the selected records"),
        "opts": page.opts,
        "reason": reason,
        "records": [_line(page, record) for record in records],
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "network/withdraw.html", context)


def _line(page: FactAdmin, record: Any) -> dict[str, Any]:
    """Name a record by what it is about and what it says."""
    said = str(record)
    about = [str(getattr(record, name)) for name in page.about]
    names = [name for name in about if name not in said]
    return {
        "pk": record.pk,
        "text": ": ".join([*names, said]),
        "address": address_of(record),
    }
