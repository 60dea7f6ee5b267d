"""Why an office closed at short notice, as a sentence a visitor can do something with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from knutpunkt.reception.models import Closure

CLOSED_BECAUSE = {
    Closure.Reason.STAFF: _("There are too few staff to keep it open."),
    Closure.Reason.SAFETY: _("It would not be safe to keep it open."),
    Closure.Reason.PREMISES: _("Something is wrong with the premises."),
    Closure.Reason.SYSTEMS: _("The systems it works with are out of order."),
    Closure.Reason.OTHER: _("It had to close for another reason."),
}


def why_closed(closure: Closure) -> str:
    """Say why an office closed, in the language of the page."""
    return str(CLOSED_BECAUSE[Closure.Reason(closure.reason)])
